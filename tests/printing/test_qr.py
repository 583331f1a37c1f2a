"""Codes are read from real paper: PR-5, 100 of 100, dirty paper included."""

import random

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from printing.bitmap import render_label
from printing.qr import qr_code
from tests.printing.samples import STATUS_URL, a_label

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RENDERS = 100


def envelope_codes(count: int) -> list[str]:
    chance = random.Random(24817)
    return ["".join(chance.choices(LETTERS, k=16)) for _ in range(count)]


def spoiled(page: Image.Image, seed: int) -> Image.Image:
    """The page with a tenth of its dots turned, seen through a lens: dust, a worn head.

    The lens is a blur of one dot, an eighth of a millimetre: no scanner or camera sees sharper.
    """
    chance = random.Random(seed).randbytes(page.width * page.height)
    turned = Image.frombytes("L", page.size, chance).point(lambda byte: 255 if byte < 26 else 0)
    dirty = ImageChops.difference(page.convert("L"), turned)
    return dirty.filter(ImageFilter.GaussianBlur(1))


def read(page: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(page.convert("L"))]


def version(found: zxingcpp.Barcode) -> int:
    return int(dict(found.extra)["Version"])  # type: ignore[call-overload]  # JSON, untyped there


@pytest.mark.parametrize(("width", "renders"), [(512, RENDERS), (384, 12), (576, 12)])
def test_every_label_is_read_clean_and_with_a_tenth_of_its_dots_wrong(width: int, renders: int) -> None:
    wanted = [[code] for code in envelope_codes(renders)]
    pages = [render_label(a_label(code=code), width) for [code] in wanted]
    assert [read(page) for page in pages] == wanted
    assert [read(spoiled(page, seed)) for seed, page in enumerate(pages)] == wanted


@pytest.mark.parametrize("content", ["A", "7K3M9QXT4WZP8HNC", STATUS_URL, "x" * 300])
@pytest.mark.parametrize("room", [1, 150, 215, 420])
def test_a_code_keeps_its_quiet_zone_and_module_size(content: str, room: int) -> None:
    code = qr_code(content, room)
    box = code.point(lambda grey: 255 - grey).getbbox()
    assert box is not None
    quiet = box[0]
    assert quiet % 4 == 0, "four modules of white (ISO/IEC 18004)"
    assert quiet // 4 >= 6, "six dots a module"
    assert (code.width - box[2], code.height - box[3], box[1]) == (quiet, quiet, quiet)
    assert read(code) == [content]


def test_an_envelope_code_makes_the_smallest_square_at_a_strong_level() -> None:
    found = zxingcpp.read_barcodes(qr_code("7K3M9QXT4WZP8HNC", 240))[0]
    assert (version(found), found.ec_level) == (1, "Q")
