"""Marks on the picture: only what can be true is kept, on the piece's own pictures, numbered once for all."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import World, a_new_ticket, a_photo_row, a_ring, a_ticket, an_envelope
from workshop.db import fetch, fetch_value
from workshop.errors import InvalidInput
from workshop.record.codes import ENVELOPE, new_code
from workshop.record.pieces.condition import (
    DRAWINGS,
    codes_for,
    drawings_for,
    last_condition,
    often_for,
    read_condition,
)
from workshop.record.pieces.found import mark_found
from workshop.record.pieces.marked import seen
from workshop.record.pieces.pieces import NewPiece
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.tickets import NewEnvelope, take_in
from workshop.record.trade import CONDITION_WORDS, KINDS
from workshop.web.pages import STATIC

pytestmark = pytest.mark.anyio

PLACED = {"code": "PRW", "position": "4 o'clock", "picture": "ring-top", "x": 0.25, "y": 0.75}
WORK = [NewTask("PL-CLN")]


async def taken_in(world: World, **condition: Any) -> dict[str, Any]:
    """The row of a ring taken in with a condition."""
    one = NewEnvelope(WORK, piece=a_ring(), **condition)
    ticket = await take_in(a_new_ticket(envelopes=[one]), by=world.counter)
    return (await fetch("SELECT * FROM envelope WHERE ticket = $1", ticket.id))[0]


def test_every_kind_of_piece_has_a_drawing_and_its_often_used_codes_are_among_its_codes() -> None:
    for kind in KINDS:
        fitting = {code for group in codes_for(kind).values() for code in group}
        assert set(often_for(kind)) <= fitting
        assert drawings_for(kind)
        for name in drawings_for(kind):
            assert (STATIC / "drawings" / f"{name}.svg").exists()
    assert {name for kind in KINDS for name in drawings_for(kind)} == set(DRAWINGS)


@pytest.mark.parametrize(
    ("marks", "stones", "said"),
    [
        ([PLACED | {"x": 1.01}], [], "cannot be read"),
        ([PLACED | {"y": -0.1}], [], "cannot be read"),
        ([PLACED | {"x": "left"}], [], "cannot be read"),
        ([PLACED | {"worth": 5}], [], "cannot be read"),
        ([{"position": "3 o'clock"}], [], "cannot be read"),
        ([PLACED | {"code": "ZZZ"}], [], "is not a condition code"),
        ([PLACED | {"code": "NOR"}], [], "does not fit"),
        ([PLACED | {"picture": "../../etc"}], [], "no picture to mark on"),
        ([PLACED] * 61, [], "At most 60 marks"),
        ([], [{"picture": "ring-top", "x": 0.1, "y": 0.1}] * 301, "300 stones"),
        ([], [{"picture": "ring-top", "x": 0.1}], "cannot be read"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_in_words(marks: list[Any], stones: list[Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_condition(marks, stones, {}, "ring")
    assert said in refused.value.fields["marks"]


async def test_marks_stones_and_the_hallmark_are_kept_as_placed(world: World) -> None:
    stones = [{"picture": "ring-top", "x": x / 20, "y": 0.5} for x in range(13)]
    frame = {"x": 0.5, "y": 0.5, "twelve_x": 0.5, "twelve_y": 0.9}
    row = await taken_in(world, marks=[PLACED], stone_points=stones, mark_frames={"ring-top": frame}, stone_count=13)
    told = seen(row, ())
    assert [(spot.number, spot.words) for spot in told.spots] == [(1, "prong worn, 4 o'clock")]
    [picture] = told.pictures
    assert (picture.picture, len(picture.stones), told.stones, row["stone_count"]) == ("ring-top", 13, 13, 13)
    assert picture.frame is not None and picture.frame.twelve_y == 0.9


async def test_stones_counted_by_tapping_are_the_count_the_check_must_find(world: World) -> None:
    points = [{"picture": "ring-side", "x": 0.5, "y": y / 10} for y in range(7)]
    one = NewEnvelope(WORK, piece=NewPiece("ring", "Band of seven"), stone_points=points)
    ticket = await take_in(a_new_ticket(envelopes=[one]), by=world.counter)
    assert await fetch_value("SELECT stone_count FROM envelope WHERE ticket = $1", ticket.id) == 7


async def test_only_photos_of_this_very_envelope_carry_its_marks(world: World) -> None:
    mine, others = new_code(ENVELOPE), new_code(ENVELOPE)
    photo, foreign = await a_photo_row(mine, world), await a_photo_row(others, world)
    row = await taken_in(world, code=mine, marks=[PLACED | {"picture": str(photo)}])
    assert seen(row, {str(photo)}).pictures[0].picture == str(photo)
    before = await fetch_value("SELECT count(*) FROM ticket")
    for picture in (foreign, uuid4()):
        with pytest.raises(InvalidInput, match="another piece"):
            await taken_in(world, code=new_code(ENVELOPE), marks=[PLACED | {"picture": str(picture)}])
    assert await fetch_value("SELECT count(*) FROM ticket") == before


async def test_a_mark_on_a_photo_taken_back_keeps_its_words(world: World) -> None:
    code = new_code(ENVELOPE)
    photo = await a_photo_row(code, world)
    await fetch("UPDATE photo SET removed_at = now() WHERE id = $1", photo)
    row = await taken_in(world, code=code, marks=[PLACED | {"picture": str(photo)}])
    told = seen(row, ())
    assert [(spot.number, spot.words) for spot in told.spots] == [(0, "prong worn, 4 o'clock")]
    assert not told.pictures


async def test_marks_from_before_there_were_pictures_still_read(world: World) -> None:
    row = await taken_in(world)
    await fetch(
        "UPDATE envelope SET marks = $2 WHERE id = $1", row["id"],
        json.dumps([{"code": "SCR", "position": "shank"}, {"code": "DNT", "position": "", "note": "old"}]),
    )  # fmt: skip
    told = seen((await fetch("SELECT * FROM envelope WHERE id = $1", row["id"]))[0], ())
    assert [spot.words for spot in told.spots] == ["scratched, shank", "dented, old"]


async def test_the_customers_paper_has_the_same_numbers_and_none_of_our_suspicions(world: World) -> None:
    marks = [PLACED | {"code": code} for code in ("SYN?", "SCR", "FIL", "CHP")]
    row = await taken_in(world, marks=marks)
    ours, theirs = seen(row, ()), seen(row, (), for_customer=True)
    assert [spot.mark.code for spot in theirs.spots] == ["SCR", "CHP"]
    by_number = {spot.number: spot.mark.code for spot in ours.spots}
    assert sorted(by_number) == [1, 2, 3, 4]
    assert all(by_number[spot.number] == spot.mark.code for spot in theirs.spots)


async def test_what_the_bench_finds_stands_beside_what_was_signed(world: World) -> None:
    envelope = await an_envelope(world, Stage.AT_BENCH)
    signed = await fetch_value("SELECT marks FROM envelope WHERE id = $1", envelope.id)
    crack = PLACED | {"code": "CRK"}
    for _ in range(2):
        await mark_found(envelope.code, [crack], by=world.bench)
    row = (await fetch("SELECT * FROM envelope WHERE id = $1", envelope.id))[0]
    assert row["marks"] == signed
    assert [(spot.words, spot.is_found) for spot in seen(row, ()).spots] == [("crack, 4 o'clock", True)]
    assert not seen(row, (), for_customer=True).spots
    said = await fetch_value("SELECT data->>'said' FROM event WHERE name = 'marks_found'")
    assert said == "crack, 4 o'clock"
    with pytest.raises(InvalidInput, match="card number"):
        await mark_found(envelope.code, [crack | {"note": "4111 1111 1111 1111"}], by=world.bench)


async def test_the_last_visit_is_remembered_without_places_on_its_photos(world: World) -> None:
    ticket = await a_ticket(world)
    piece = await fetch_value("SELECT piece FROM envelope WHERE ticket = $1", ticket.id)
    assert await last_condition(piece) is None
    photo = {"code": "LSE", "position": "12 o'clock", "picture": str(uuid4()), "x": 0.1, "y": 0.1}
    await fetch("UPDATE envelope SET marks = $2 WHERE piece = $1", piece, json.dumps([PLACED, photo]))
    before = await last_condition(piece)
    assert before is not None
    assert [(mark.code, mark.is_placed) for mark in before[1]] == [("PRW", True), ("LSE", False)]
    assert CONDITION_WORDS["LSE"] in before[1][1].words
