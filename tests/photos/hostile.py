"""Files that are not photos, or photos made to hurt whoever opens them."""

import struct
import zlib
from io import BytesIO
from random import Random

from PIL import Image

from tests.photos.pictures import RED, four_corners, saved

SCRIPT = b"<script>alert('from a photo')</script>"


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """A black-and-white PNG of any size its header likes to claim, with so many rows in it."""
    row = b"\0" * (1 + (width + 7) // 8)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(row * (height if rows is None else rows), 9)
    chunks = (b"IHDR" + header, b"IDAT" + pixels, b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def resized_header(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header claims another size than its pixels have."""
    frame = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:frame] + struct.pack(">HH", height, width) + jpeg[frame + 4 :]


def animated(kind: str) -> bytes:
    """Three frames, the first one red."""
    first, *others = (Image.new("RGB", (64, 64), colour) for colour in (RED, "black", "white"))
    return saved(first, kind, save_all=True, append_images=others, duration=100)


def endless_scans(scans: int) -> bytes:
    """A small JPEG that refines the same 48 megapixels again and again."""
    plain = saved(Image.new("L", (8000, 6000), 128), "JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * scans + b"\xff\xd9"


def not_photos() -> dict[str, bytes]:
    """Files of other kinds, however they are named."""
    picture = four_corners(64, 64)
    others = {kind: saved(picture, kind) for kind in ("GIF", "TIFF", "BMP", "PPM", "ICO", "PDF")}
    return others | {
        "AVIF": saved(picture, "AVIF"),
        "JPEG 2000": saved(picture, "JPEG2000"),
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "HTML": b"<!doctype html>" + SCRIPT,
        "text": b"not a photo at all",
        "PostScript": b"%!PS-Adobe-3.0\n1 1 scale showpage",
        "empty": b"",
        "one byte": b"\xff",
        "random": Random(7).randbytes(100_000),
    }


def too_many_pixels() -> dict[str, bytes]:
    """Bombs: small files that become enormous."""
    jpeg = saved(four_corners(), "JPEG")
    return {
        "PNG of 144 megapixels in 17 KiB": png(12_000, 12_000),
        "PNG of 51 megapixels": png(8_500, 6_000),
        "PNG of 400 megapixels": png(20_000, 20_000),
        "PNG claiming 4 billion pixels": png(65_535, 65_535, rows=1),
        "JPEG claiming 4 billion pixels": resized_header(jpeg, 65_500, 65_500),
    }


def broken() -> dict[str, bytes]:
    """Photos that began well."""
    picture = four_corners(640, 480)
    files = {kind: saved(picture, kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF")}
    cut = {f"{kind} cut in half": data[: len(data) // 2] for kind, data in files.items()}
    return cut | {
        "PNG of no size": png(0, 0),
        "JPEG of no size": resized_header(files["JPEG"], 0, 0),
        "JPEG claiming 65,535 wide": resized_header(files["JPEG"], 65_535, 480),
    }


def scratched(count: int) -> dict[str, bytes]:
    """Photos with twenty wrong bytes, always the same ones."""
    chance, files = Random(2026), {}
    for number in range(count):
        kind = ("JPEG", "PNG", "WEBP", "HEIF")[number % 4]
        data = bytearray(saved(four_corners(640, 480), kind))
        for _ in range(20):
            data[chance.randrange(16, len(data))] = chance.randrange(256)
        files[f"{kind} {number}"] = bytes(data)
    return files


def odd_but_good() -> dict[str, bytes]:
    """Strange files with a picture in them."""
    picture = four_corners(640, 480)
    grid = BytesIO()
    picture.save(grid, "HEIF", tile_size=256)
    return {
        "JPEG followed by a script": saved(picture, "JPEG") + SCRIPT,
        "JPEG with a script as comment": saved(picture, "JPEG", comment=SCRIPT),
        "animated WEBP": animated("WEBP"),
        "animated PNG": animated("PNG"),
        "HEIC made of tiles": grid.getvalue(),
        "PNG with one row of many": png(4_000, 4_000, rows=1),
        "PNG 65,535 wide": png(65_535, 3),
        "two photos in one JPEG": saved(picture, "MPO", save_all=True, append_images=[four_corners(64, 64)]),
    }
