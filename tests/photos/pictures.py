"""Pictures for tests: what cameras send, with everything in them that must not be shown."""

import struct
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 30), (30, 30, 220), (230, 220, 30)
SECRETS = {
    "serial": "SN8841-XYZ-0042",
    "maker": "Maker of Cameras",
    "comment": "taken in Marie's kitchen",
    "xmp": "xmp says Rue des Lilas 7",
    "owner": "Marie Dupont, owner",
}
TAKEN = "2026:03:04 10:11:12"
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/'
    f'22-rdf-syntax-ns#"><rdf:Description about="{SECRETS["xmp"]}"/></rdf:RDF></x:xmpmeta>'
).encode()
# What turns an upright picture into the way a camera held like that stores it.
_HELD = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def four_corners(width: int = 480, height: int = 320) -> Image.Image:
    """Red and green above, blue and yellow below: shows which way up it is."""
    picture = Image.frombytes("RGB", (2, 2), bytes((*RED, *GREEN, *BLUE, *YELLOW)))
    return picture.resize((width, height), Image.Resampling.NEAREST)


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """The colours near the four corners, in reading order."""
    right, bottom = picture.width - 9, picture.height - 9
    places = ((8, 8), (right, 8), (8, bottom), (right, bottom))
    return [pixel(picture, place) for place in places]


def pixel(picture: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    """The colour at a place."""
    colour = picture.getpixel(place)
    assert isinstance(colour, tuple)
    return tuple(int(part) for part in colour)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """A file as a picture."""
    return Image.open(BytesIO(data))


def as_held(kind: str, orientation: int) -> bytes:
    """An upright scene, stored by a camera that was held in one of the eight ways."""
    scene = four_corners()
    if orientation in _HELD and kind != "HEIF":  # its encoder turns the pixels by itself
        scene = scene.transpose(_HELD[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(scene, kind, exif=exif)


def telling(kind: str) -> bytes:
    """A photo that tells where, when, by whom and with which camera it was taken."""
    options: dict[str, object] = {"exif": camera_notes(), "xmp": _XMP, "icc_profile": p3_profile()}
    if kind == "JPEG":
        options["comment"] = SECRETS["comment"].encode()
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRETS["comment"])
        text.add_itxt("XML:com.adobe.xmp", _XMP.decode())
        options["pnginfo"] = text
    return saved(four_corners(), kind, **options)


def camera_notes(taken: str = TAKEN, offset: str = "") -> Image.Exif:
    """EXIF with a position, a serial number and a capture time."""
    exif = Image.Exif()
    exif[0x010F], exif[0x010E] = SECRETS["maker"], SECRETS["comment"]
    details = exif.get_ifd(0x8769)
    details[0x9003], details[0xA431], details[0xA430] = taken, SECRETS["serial"], SECRETS["owner"]
    if offset:
        details[0x9011] = offset
    position = exif.get_ifd(0x8825)
    position.update({1: "N", 2: (48.0, 51.0, 29.6), 3: "E", 4: (2.0, 17.0, 40.2), 29: "2026:03:04"})
    return exif


def p3_profile() -> bytes:
    """Display P3, the colours of a phone's screen: sRGB's curves with wider primaries."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    primaries = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for number in range(struct.unpack_from(">I", profile, 128)[0]):
        name, offset = struct.unpack_from(">4sI", profile, 132 + 12 * number)
        if name in primaries:
            fixed = (round(part * 65536) for part in primaries[name])
            struct.pack_into(">3i", profile, offset + 8, *fixed)
    return bytes(profile)
