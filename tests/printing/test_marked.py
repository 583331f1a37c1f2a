"""The marked picture on paper: every number to be read, every place to be seen, on any photo."""

import io
import math
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photos.keeping import add_photo
from printing.bitmap import render
from printing.content import claim_check_of
from printing.documents import MarkedPicture
from printing.drawings import drawing
from printing.marked import beside_each, marked_picture
from printing.photo_files import photo_file, use_photos
from tests.factories import World, a_jpeg, a_new_ticket, a_photo_row, a_ring
from tests.printing.samples import a_claim_check, a_photo
from workshop.db import fetch
from workshop.errors import NotFound
from workshop.joins import join_features
from workshop.record.codes import ENVELOPE, new_code
from workshop.record.pieces.condition import DRAWINGS
from workshop.record.prices.work import NewTask
from workshop.record.tickets.tickets import NewEnvelope, take_in

pytestmark = pytest.mark.anyio
DISC = 17

shares = st.floats(0, 1)


def ink(page: Image.Image, x: float, y: float, reach: int) -> int:
    """Black dots around a place."""
    left, top = round(x * page.width) - reach, round(y * page.height) - reach
    part = page.crop((left, top, left + 2 * reach, top + 2 * reach)).convert("L")
    return sum(part.histogram()[:128])


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_prints_as_lines_on_white(name: str) -> None:
    page = drawing(name, 496)
    assert page.size == (496, 372)
    black = sum(page.histogram()[:128]) / (496 * 372)
    assert 0.01 < black < 0.2


@pytest.mark.parametrize("width", [368, 496, 560])
def test_rings_and_numbers_stand_where_something_was_seen(width: int) -> None:
    white = Image.new("L", (800, 600), 255)
    bare = marked_picture(MarkedPicture(picture=_jpeg(white)), width, 380)
    spots = [(1, 0.25, 0.3), (2, 0.75, 0.7)]
    page = marked_picture(MarkedPicture(spots, [(0.5, 0.5)], picture=_jpeg(white)), width, 380)
    assert page.size == bare.size
    assert page.width <= width and page.height <= 380
    for x, y in ((0.25, 0.3), (0.75, 0.7)):
        assert ink(page, x, y, 60) > 500, "a ring, and a number in its disc"
        assert ink(page, x, y, 7) == 0, "what is there stays to be seen"
        assert ink(page, x, y, 20) > 200, "with a ring around it"
    assert ink(page, 0.5, 0.5, 12) > 20
    assert ink(page, 0.25, 0.75, 20) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=9, unique=True))
def test_numbers_stay_on_the_paper_and_off_each_other(places: list[tuple[float, float]]) -> None:
    size = (496, 372)
    spots = [(number, (x * 495, y * 371)) for number, (x, y) in enumerate(places, 1)]
    found = beside_each(spots, size)
    assert [number for number, _ in found] == [number for number, _ in spots]
    for _, (x, y) in found:
        assert DISC <= x <= size[0] - DISC and DISC <= y <= size[1] - DISC
    far = all(math.dist(a, b) > 140 for _, a in spots for _, b in spots if a != b)
    if far:
        gaps = [math.dist(a, b) for n, a in found for m, b in found if n < m]
        assert all(gap > 2 * DISC for gap in gaps)


def test_a_photo_that_is_not_there_is_said_and_the_list_still_printed() -> None:
    words = [[(1, "prong worn, 4 o'clock")], []]
    without = render(a_claim_check(marks=words, pictures=[[MarkedPicture([(1, 0.5, 0.5)])], []]), 512)
    silent = render(a_claim_check(marks=words, pictures=[[], []]), 512)
    full = render(a_claim_check(marks=words, pictures=[[MarkedPicture([(1, 0.5, 0.5)], picture=a_photo())], []]), 512)
    assert silent.height + 60 < without.height < full.height


async def test_the_claim_check_carries_the_photo_itself(world: World) -> None:
    join_features()
    code = new_code(ENVELOPE)
    waiting = await a_photo_row(code, world)  # known to the record, its file nowhere
    marks = [{"code": "PRW", "position": "4 o'clock", "picture": str(waiting), "x": 0.5, "y": 0.5}]
    one = NewEnvelope([NewTask("PL-CLN")], code=code, piece=a_ring(), marks=marks, shown_under_loupe=True)
    ticket = await take_in(a_new_ticket(envelopes=[one]), by=world.counter)
    check = await claim_check_of(ticket.id)
    assert [list(marks) for marks in check.marks] == [[(1, "prong worn, 4 o'clock")]]
    assert list(check.noted) == ["13 stones counted. Shown to you under the loupe"]
    [[picture]] = check.pictures
    assert (list(picture.spots), picture.picture) == ([(1, 0.5, 0.5)], b"")
    photo = await add_photo(code, "take_in", a_jpeg(), by=world.counter)
    await fetch("UPDATE envelope SET marks = replace(marks::text, $1, $2)::jsonb", str(waiting), str(photo.id))
    [[picture]] = (await claim_check_of(ticket.id)).pictures
    assert picture.picture.startswith(b"\xff\xd8")


async def test_a_photo_nobody_has_costs_only_itself() -> None:
    async def lost(_: object) -> bytes:
        raise NotFound("gone")

    use_photos(lost)
    try:
        assert await photo_file(str(uuid4())) == b""
    finally:
        join_features()


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()
