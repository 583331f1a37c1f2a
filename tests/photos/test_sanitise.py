"""What a photo shows after it was made safe, and what it no longer tells."""

import asyncio
import hashlib

import pytest
from PIL import Image

from photos.sanitise import MAX_BYTES, PhotoTooLarge, sanitise
from tests.photos.pictures import (
    BLUE,
    FORMATS,
    GREEN,
    RED,
    SECRETS,
    YELLOW,
    as_held,
    camera_notes,
    corners,
    four_corners,
    opened,
    p3_profile,
    pixel,
    saved,
    telling,
)
from workshop.errors import InvalidInput

pytestmark = pytest.mark.anyio

# Everything a JPEG needs to be a picture; APP1 to APP15 and COM, where files talk, are not here.
PICTURE_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
TELLTALES = (b"Exif", b"http://ns.adobe.com/xap", b"Photoshop", b"ICC_PROFILE", b"GPS", b"<script")


def segments(jpeg: bytes) -> set[int]:
    """The kinds of segment before the pixels."""
    found, place = set[int](), 2
    while 0xDA not in found:
        assert jpeg[place] == 0xFF
        found.add(jpeg[place + 1])
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4])
    return found


def close(colour: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_clean_photo_tells_nothing_but_the_picture(kind: str) -> None:
    original = telling(kind)
    assert SECRETS["serial"].encode() in original  # the test's own picture does tell
    photo = await sanitise(original)
    for jpeg in (photo.shown, photo.thumb):
        assert segments(jpeg) <= PICTURE_SEGMENTS
        assert jpeg.endswith(b"\xff\xd9")
        for secret in (*(text.encode() for text in SECRETS.values()), *TELLTALES):
            assert secret not in jpeg
        assert set(opened(jpeg).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", FORMATS)
async def test_the_hash_the_format_and_the_time_are_kept(kind: str) -> None:
    original = telling(kind)
    photo = await sanitise(original)
    assert photo.original_sha256 == hashlib.sha256(original).hexdigest()
    assert photo.content_format == {"HEIF": "HEIC"}.get(kind, kind)
    assert photo.taken_at == "2026-03-04T10:11:12"


@pytest.mark.parametrize(
    ("taken", "offset", "known"),
    [
        ("2026:03:04 10:11:12", "+02:00", "2026-03-04T10:11:12+02:00"),
        ("2026:03:04 10:11:12", "   :  ", "2026-03-04T10:11:12"),
        ("0000:00:00 00:00:00", "", None),
        ("yesterday <script>", "", None),
    ],
)
async def test_the_camera_clock_is_believed_only_when_it_makes_sense(
    taken: str, offset: str, known: str | None
) -> None:
    original = saved(four_corners(), "JPEG", exif=camera_notes(taken, offset))
    assert (await sanitise(original)).taken_at == known


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_photo_is_upright_however_the_camera_was_held(kind: str) -> None:
    held = [as_held(kind, orientation) for orientation in range(1, 9)]
    for photo in await asyncio.gather(*map(sanitise, held)):
        shown = opened(photo.shown)
        assert shown.size == (photo.width, photo.height) == (480, 320)
        for found, wanted in zip(corners(shown), (RED, GREEN, BLUE, YELLOW), strict=True):
            assert close(found, wanted)


async def test_a_big_photo_is_shown_at_2560_and_listed_at_480_pixels() -> None:
    photo = await sanitise(saved(four_corners(3024, 4032), "JPEG"))
    assert (photo.width, photo.height) == opened(photo.shown).size == (1920, 2560)
    assert opened(photo.thumb).size == (360, 480)
    for found, wanted in zip(corners(opened(photo.shown)), (RED, GREEN, BLUE, YELLOW), strict=True):
        assert close(found, wanted)


async def test_a_small_photo_is_not_blown_up() -> None:
    photo = await sanitise(saved(four_corners(100, 60), "PNG"))
    assert opened(photo.shown).size == opened(photo.thumb).size == (100, 60)


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_phones_wide_colours_look_the_same_on_any_screen(kind: str) -> None:
    # The red of sRGB is (234, 51, 35) in Display P3; gold would turn greenish if it were kept.
    original = saved(Image.new("RGB", (64, 64), (234, 51, 35)), kind, icc_profile=p3_profile())
    photo = await sanitise(original)
    assert close(pixel(opened(photo.shown), (32, 32)), (255, 0, 0), by=6)


async def test_a_broken_colour_profile_does_not_lose_the_photo() -> None:
    original = saved(four_corners(), "JPEG", icc_profile=b"not a profile" * 20)
    assert close(corners(opened((await sanitise(original)).shown))[0], RED)


def half_seen(mode: str) -> Image.Image:
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((*RED, 255), (32, 0, 64, 64))
    return picture.convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
async def test_what_is_transparent_becomes_white(mode: str) -> None:
    photo = await sanitise(saved(half_seen(mode), "PNG"))
    shown = opened(photo.shown)
    assert close(pixel(shown, (8, 32)), (255, 255, 255))
    assert not close(pixel(shown, (56, 32)), (255, 255, 255))


@pytest.mark.parametrize(
    ("mode", "grey", "kind"),
    [("L", 128, "PNG"), ("I;16", 128 * 257, "PNG"), ("L", 128, "JPEG"), ("L", 128, "HEIF")],
)
async def test_a_grey_picture_of_a_microscope_stays_grey(mode: str, grey: int, kind: str) -> None:
    photo = await sanitise(saved(Image.new(mode, (64, 64), grey), kind))
    assert close(pixel(opened(photo.shown), (32, 32)), (128, 128, 128), by=3)


@pytest.mark.parametrize(
    ("picture", "kind"),
    [(four_corners().convert("CMYK"), "JPEG"), (four_corners().convert("P"), "PNG")],
)
async def test_unusual_colours_are_kept(picture: Image.Image, kind: str) -> None:
    found = corners(opened((await sanitise(saved(picture, kind))).shown))
    assert all(
        close(colour, wanted, by=40) for colour, wanted in zip(found, (RED, GREEN, BLUE, YELLOW), strict=True)
    )


async def test_the_same_file_always_gives_the_same_bytes() -> None:
    original = telling("JPEG")
    assert await sanitise(original) == await sanitise(original)


async def test_more_than_25_megabytes_are_refused_unopened() -> None:
    with pytest.raises(PhotoTooLarge, match="larger than 25 MB") as refused:
        await sanitise(b"\xff\xd8" + bytes(MAX_BYTES))
    assert refused.value.status == 413
    assert isinstance(refused.value, InvalidInput)
