"""What is on the paper: legible, complete, and never past its edge."""

import dataclasses
import io
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from printing.bitmap import render, render_claim_check, render_label, render_receipt, to_png
from printing.blocks import shorten, wrap
from printing.documents import Document, MarkedPicture, clean
from printing.parts import BODY, EDGE, SMALL, STRONG
from printing.typeface import Style, line_width
from tests.printing.samples import (
    CODE,
    STATUS_URL,
    a_card,
    a_claim_check,
    a_label,
    a_receipt,
    png,
)

WIDTHS = (384, 512, 576)
HOSTILE = [
    "x" * 200,
    "Three-row diamond tennis bracelet " * 6,
    "💍💎✨" * 30,
    "خاتم ذهب أبيض " * 12,
    "טבעת זהב " * 15,
    "Z̸̡̢̛̮̪" * 40,
    "結婚指輪" * 40,
    "\x1b@\x1dV\x00\x10\x14" * 20,
    "\u202e" + "Ω" * 150,
    " ",
    "",
]
MAKERS: list[Callable[..., Document]] = [a_label, a_claim_check, a_card, a_receipt]


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    box = image.convert("L").point(lambda grey: 255 - grey).getbbox()
    assert box is not None
    return box


def stays_on_paper(image: Image.Image, width: int) -> bool:
    left, top, right, bottom = ink(image)
    inside = left >= EDGE and right <= width - EDGE
    return inside and top >= EDGE and bottom <= image.height - EDGE


def codes(image: Image.Image) -> list[str]:
    """The QR codes on it. Rows of letters like @V@V@V can pass for an EAN; that no scan of ours takes."""
    found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def version(found: zxingcpp.Barcode) -> int:
    return int(dict(found.extra)["Version"])  # type: ignore[call-overload]  # JSON, untyped there


def same(one: Image.Image, other: Image.Image) -> bool:
    if one.size != other.size:
        return False
    return ImageChops.difference(one.convert("L"), other.convert("L")).getbbox() is None


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("maker", MAKERS)
def test_every_document_is_one_bit_deep_and_as_wide_as_the_paper(
    maker: Callable[..., Document], width: int
) -> None:
    page = render(maker(), width)
    assert (page.mode, page.width) == ("1", width)
    assert stays_on_paper(page, width)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_codes_are_read_back(width: int) -> None:
    assert codes(render(a_label(), width)) == [CODE]
    assert codes(render(a_claim_check(), width)) == [STATUS_URL]
    assert codes(render(a_card(), width)) == ["ACT-START-7"]


@pytest.mark.parametrize("width", WIDTHS)
def test_modules_of_the_code_are_at_least_six_dots(width: int) -> None:
    for document in (a_label(), a_claim_check(), a_card()):
        found = zxingcpp.read_barcodes(render(document, width).convert("L"))[0]
        across = found.position.top_right.x - found.position.top_left.x
        modules = 17 + 4 * version(found)
        assert across / modules >= 5.9
        assert found.ec_level in {"M", "Q", "H"}


def test_the_number_is_the_largest_type_and_spans_the_paper() -> None:
    for width in WIDTHS:
        page = render_label(a_label(), width).convert("L")
        rows = [_row_has_ink(page, y) for y in range(page.height)]
        first = rows.index(True)
        height = rows[first:].index(False)
        assert height >= width // 10, "12 mm high digits on 80 mm paper, in proportion below"
        left, _, right, _ = ink(page.crop((0, first, width, first + height)))
        assert right - left > width * 0.85


def _row_has_ink(page: Image.Image, y: int) -> bool:
    return page.crop((0, y, page.width, y + 1)).getextrema()[0] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"shop_name": "Elm & Wren"},
        {"number": "HR-24817-2"},
        {"code": "7K3M9QXT4WZP8HND"},
        {"piece": "Watch"},
        {"tasks": ["Size ring", "Polish"]},
        {"size_change": "6 → 8 (six to eight)"},
        {"promise": "Fri 4 Dec"},
        {"place": "3 of 3"},
        {"taken_in_by": "Kai"},
        {"taken_in_on": "Wed 25 Nov 2026 14:02"},
        {"rush": True},
        {"copy": 1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_everything_a_label_is_given_is_on_it(changes: dict[str, Any]) -> None:
    assert not same(render_label(a_label(), 576), render_label(a_label(**changes), 576))


@pytest.mark.parametrize(
    "changes",
    [
        {field.name: None}
        for field in dataclasses.fields(a_claim_check())
        if field.name not in {"number", "status_url", "copy"}
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_everything_a_claim_check_is_given_is_on_it(changes: dict[str, Any]) -> None:
    name = next(iter(changes))
    emptied = {name: type(getattr(a_claim_check(), name))()}
    full, without = a_claim_check(), a_claim_check(**emptied)
    assert not same(render_claim_check(full, 576), render_claim_check(without, 576))


def test_a_reprint_begins_with_a_black_bar_that_counts() -> None:
    first, again = render_label(a_label(copy=1), 576), render_label(a_label(copy=2), 576)
    bar = again.convert("L").crop((EDGE, EDGE, 576 - EDGE, EDGE + 40))
    assert bar.histogram()[0] > bar.width * bar.height * 0.7
    assert not same(first, again)
    assert codes(again) == [CODE]


def test_letters_of_our_customers_are_printed_and_not_boxes() -> None:
    box = _line("💍")  # no font here has it
    for mark in "ëéöüßñçøåłżőűșțğıČšđΩЯ€£→½¾…’“№م":
        assert not same(_line(mark), box), mark
        assert not same(_line(mark), _line(" ")), mark


def _line(text: str) -> Image.Image:
    return render_receipt(a_receipt(lines=[("", "")], payments=[(text, "")]), 576)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_promise_and_a_long_size_change_are_never_cut(width: int) -> None:
    for name in ("promise", "size_change"):
        words = "Wednesday 23 December 2026, by 17:00"
        shown = render_label(a_label(**{name: words + " A"}), width)
        other = render_label(a_label(**{name: words + " B"}), width)
        assert not same(shown, other), name


def test_of_nine_tasks_three_are_named_and_six_counted() -> None:
    nine = render_label(a_label(tasks=[f"Task {n}" for n in range(1, 10)]), 576)
    four = render_label(a_label(tasks=["Task 1", "Task 2", "Task 3", "and 6 more"]), 576)
    assert same(nine, four)


def test_a_long_task_takes_more_lines_while_there_is_room_for_all() -> None:
    words = "Replace two missing 2.5 mm round stones near the clasp"
    short = render_label(a_label(tasks=["Polish"]), 576)
    assert render_label(a_label(tasks=[words]), 576).height > short.height


@pytest.mark.parametrize("width", [min(WIDTHS), max(WIDTHS)])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_on_paper_and_leave_the_code_readable(text: str, width: int) -> None:
    label = a_label(
        shop_name=text,
        number=text,
        piece=text,
        tasks=[text] * 9,
        size_change=text,
        promise=text,
        place=text,
        taken_in_by=text,
        rush=True,
        copy=3,
    )
    page = render_label(label, width)
    assert stays_on_paper(page, width)
    assert codes(page) == [CODE]
    check = a_claim_check(shop_name=text, pieces=[text] * 4, promise=text, terms=text, total=text)
    paper = render_claim_check(check, width)
    assert stays_on_paper(paper, width)
    assert codes(paper) == [STATUS_URL]
    for document in (
        a_receipt(shop_name=text, number=text, lines=[(text, text)], balance=text),
        a_card(title=text, hint=text),
    ):
        assert stays_on_paper(render(document, width), width)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60), st.booleans(), st.sampled_from(WIDTHS))
def test_no_text_at_all_breaks_a_label(words: str, name: str, rush: bool, width: int) -> None:
    label = a_label(piece=words, tasks=[words, name], promise=name, taken_in_by=name, rush=rush, number=name)
    page = render_label(label, width)
    assert stays_on_paper(page, width)
    assert codes(page) == [CODE]


@pytest.mark.parametrize(
    "broken",
    [b"", b"not a picture", png(Image.new("L", (9, 9)))[:40], png(Image.new("1", (9000, 9000)))],
    ids=["empty", "text", "cut off", "a bomb"],
)
def test_a_broken_picture_costs_only_itself_and_says_so(broken: bytes) -> None:
    page = _claim_with_pictures([broken, broken, broken])
    assert stays_on_paper(page, 576)
    assert codes(page) == [STATUS_URL]
    assert same(page, _claim_with_pictures([b"not a picture"] * 3))
    assert not same(page, _claim_with_pictures([]))


def _claim_with_pictures(pictures: list[bytes]) -> Image.Image:
    signature = pictures[0] if pictures else None
    marked = [[MarkedPicture([(1, 0.5, 0.5)], picture=picture) for picture in pictures], []]
    check = a_claim_check(pictures=marked, signature_png=signature)
    return render_claim_check(check, 576)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("maker", [a_label, a_claim_check, a_receipt])
def test_rules_run_from_edge_to_edge_so_nothing_beside_them_is_cut(
    maker: Callable[..., Document], width: int
) -> None:
    page = render(maker(), width).convert("L")
    inside = page.crop((EDGE, 0, width - EDGE, page.height))
    rows = [inside.crop((0, y, inside.width, y + 1)).getextrema() for y in range(page.height)]
    assert rows.count((0, 0)) >= 4


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=150), st.integers(60, 560), st.sampled_from([BODY, SMALL, STRONG]))
def test_lines_are_as_wide_as_their_place_or_less_and_lose_no_letter(
    typed: str, width: int, style: Style
) -> None:
    text = clean(typed)
    lines = wrap(text, style, width)
    assert all(line_width(line, style) <= width or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    short = shorten(text, style, width)
    assert line_width(short, style) <= width
    assert short == text or text.startswith(short.removesuffix("…"))


def test_a_png_says_its_true_size() -> None:
    with Image.open(io.BytesIO(to_png(render(a_label(), 576)))) as shown:
        across, down = shown.info["dpi"]
        assert (round(across), round(down), shown.mode, shown.width) == (203, 203, "1", 576)
