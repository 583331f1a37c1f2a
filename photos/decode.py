"""One photo in on stdin, its clean copies out on stdout, in a process of its own.

Run as a file, never imported by the shop: a picture file is a stranger's program for a large
decoder, so it is opened where it can neither crash the counter nor read its memory or secrets.
"""

import json
import os
import resource
import signal
import struct
import sys
import warnings
from datetime import datetime
from io import BytesIO

import pillow_heif
from PIL import (
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

# Named here so that `Image.open` never loads its forty other formats for a good photo.
_PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
_FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "HEIF": "HEIC"}
_WHITE = (255, 255, 255)
_CAPTURED = ((0x9003, 0x9011), (0x9004, 0x9012))  # DateTimeOriginal, DateTimeDigitized + offsets
_EXIF_IFD = 0x8769


def main() -> None:
    """Read a photo, write a JSON line with what was found, then the big and the small JPEG."""
    memory, cpu_seconds, wall_seconds, pixels, shown_side, thumb_side = map(int, sys.argv[1:])
    _limit(memory, cpu_seconds, wall_seconds)
    _refuse_bombs(pixels)
    try:
        head, parts = _clean(sys.stdin.buffer.read(), shown_side, thumb_side)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        head, parts = {"refused": "pixels"}, []
    except UnidentifiedImageError:
        head, parts = {"refused": "format"}, []
    except Exception as error:  # a decoder may raise anything at all on a damaged file
        head, parts = {"refused": "damaged", "why": repr(error)[:300]}, []
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(parts))


def _limit(memory: int, cpu_seconds: int, wall_seconds: int) -> None:
    if sys.platform == "linux":  # elsewhere the kernel does not keep this limit, or refuses it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing here has a reason to write a file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(wall_seconds)  # ends us even when the server that started us is gone
    os.nice(5)  # the counter goes first


def _refuse_bombs(pixels: int) -> None:
    Image.MAX_IMAGE_PIXELS = pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # An embedded preview can show something else than the photo, so it is never used in its place.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)


def _clean(original: bytes, shown_side: int, thumb_side: int) -> tuple[dict[str, object], list[bytes]]:
    with Image.open(BytesIO(original), formats=("JPEG", "PNG", "WEBP", "HEIF")) as photo:
        kind = _FORMATS[photo.format or ""]
        taken_at = _taken_at(photo)
        shown = _bare(photo, shown_side)
    thumb = shown.copy()
    thumb.thumbnail((thumb_side, thumb_side), Image.Resampling.LANCZOS)
    # Full colour resolution: a small red stone beside a white one must not bleed.
    parts = [_jpeg(shown, 88, "4:4:4"), _jpeg(thumb, 80, "4:2:0")]
    head: dict[str, object] = {
        "format": kind,
        "taken_at": taken_at,
        "width": shown.width,
        "height": shown.height,
        "sizes": [len(part) for part in parts],
    }
    return head, parts


def _bare(photo: Image.Image, side: int) -> Image.Image:
    """Smaller, upright, on white, sRGB: pixels only, nothing of the file they came in."""
    small = _smoothable(photo)
    # Shrunk before it is turned and coloured: each of those copies the whole picture.
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    coloured = _to_srgb(_on_white(_upright(small)))
    bare = Image.new("RGB", coloured.size)
    bare.paste(coloured)
    return bare


def _smoothable(photo: Image.Image) -> Image.Image:
    """In a mode that can be resized smoothly; most photos already are."""
    if photo.mode.startswith("I;16"):
        # 16-bit grey of a microscope; `convert` would clip nearly all of it to white.
        return photo.point(lambda level: level * (1 / 256), "L")
    if photo.mode in ("P", "PA", "1"):
        return photo.convert("RGBA" if photo.has_transparency_data else "RGB")
    return photo


def _upright(photo: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(photo)
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return photo  # unreadable camera notes do not make the picture unreadable


def _on_white(photo: Image.Image) -> Image.Image:
    if not photo.has_transparency_data:
        return photo
    layered = photo.convert("RGBA")
    ground = Image.new("RGB", layered.size, _WHITE)
    ground.paste(layered, mask=layered.getchannel("A"))
    ground.info["icc_profile"] = photo.info.get("icc_profile")
    return ground


def _to_srgb(photo: Image.Image) -> Image.Image:
    profile = photo.info.get("icc_profile")
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                photo,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
            return converted or photo
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile: the plain colours are the best there is
    return photo.convert("RGB")


def _jpeg(photo: Image.Image, quality: int, subsampling: str) -> bytes:
    out = BytesIO()
    photo.save(out, "JPEG", quality=quality, subsampling=subsampling, comment=b"", exif=b"")
    return out.getvalue()


def _taken_at(photo: Image.Image) -> str | None:
    """When the camera says it was taken, ISO 8601, with an offset only if the camera knew it."""
    try:
        notes = photo.getexif().get_ifd(_EXIF_IFD)
        for moment_tag, offset_tag in _CAPTURED:
            moment = _moment(str(notes.get(moment_tag, "")), str(notes.get(offset_tag, "")))
            if moment:
                return moment
    except Exception:  # camera notes come in every state of disrepair; none is worth the photo
        return None
    return None


def _moment(text: str, offset: str) -> str | None:
    clean, zone = text.strip("\0 "), offset.strip("\0 ")
    for value, form in ((clean + zone, "%Y:%m:%d %H:%M:%S%z"), (clean, "%Y:%m:%d %H:%M:%S")):
        try:
            return datetime.strptime(value, form).isoformat()  # noqa: DTZ007 (cameras know no zone)
        except ValueError:
            continue
    return None


if __name__ == "__main__":
    main()
