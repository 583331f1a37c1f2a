"""The bytes a printer gets, read back as a printer reads them."""

from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image, ImageChops

from printing.bitmap import render
from printing.documents import Document
from printing.escpos_bytes import document_bytes, kick_drawer_bytes, width_dots
from tests.printing.escpos_decoder import commands, pages
from tests.printing.samples import CODE, a_card, a_claim_check, a_label, a_receipt
from workshop.errors import InvalidInput

MAKERS: list[Callable[..., Document]] = [a_label, a_claim_check, a_card, a_receipt]
PROFILES = ["default", "TM-T20II", "TM-T88V", "POS-5890", "TM-T20II-42col", "TM-U220B"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("maker", MAKERS)
def test_the_paper_is_the_bitmap_dot_for_dot(maker: Callable[..., Document], profile: str) -> None:
    [paper] = _papers(document_bytes(maker(), profile), profile)
    drawn = render(maker(), width_dots(profile))
    assert paper.width == drawn.width == width_dots(profile)
    cut = paper.crop((0, 0, drawn.width, drawn.height)).convert("L")
    assert ImageChops.difference(cut, drawn.convert("L")).getbbox() is None


def _papers(job: bytes, profile: str) -> list[Image.Image]:
    # A TM-U220 tears off: the decoder counts papers by cuts.
    return pages(job if b"\x1dV" in job[-3:] else job + b"\x1dV\x00")


@pytest.mark.parametrize("profile", PROFILES)
def test_the_code_is_read_from_the_bytes(profile: str) -> None:
    [paper] = _papers(document_bytes(a_label(), profile), profile)
    assert [code.text for code in zxingcpp.read_barcodes(paper.convert("L"))] == [CODE]


@pytest.mark.parametrize(
    ("profile", "dots"),
    [
        ("default", 512),
        ("TM-T20II", 576),
        ("TM-T20II-42col", 544),
        ("ZJ-5870", 384),
        ("RP326", 512),
    ],
)
def test_the_width_is_the_printers_in_whole_bytes(profile: str, dots: int) -> None:
    assert width_dots(profile) == dots


def test_a_job_starts_clean_ends_with_a_cut_and_writes_nothing_to_the_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [command.name for command in commands(document_bytes(a_label()))]
    assert names[0] == b"\x1b@"
    assert names[-1] == b"\x1dV"
    assert capsys.readouterr().out == ""


def test_a_name_full_of_commands_prints_one_label_and_opens_no_drawer() -> None:
    hostile = "\x1bp\x00\x19\xfa\x1dV\x00\x10\x14\x01\x00\x05" * 5
    job = document_bytes(a_label(piece=hostile, taken_in_by=hostile, tasks=[hostile]))
    names = [command.name for command in commands(job)]
    assert names.count(b"\x1dV") == 1
    assert b"\x1bp" not in names


def test_the_drawer_pulse_is_one_command_for_pin_two() -> None:
    [pulse] = commands(kick_drawer_bytes())
    assert (pulse.name, pulse.body[0] in (0, 48)) == (b"\x1bp", True)


@pytest.mark.parametrize("profile", ["NoSuchPrinter", "AF-240", "OCD-300", ""])
def test_a_profile_that_cannot_print_a_label_is_refused_in_words(profile: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        document_bytes(a_label(), profile)
    assert "profile" in refusal.value.message
