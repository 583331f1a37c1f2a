"""How a text is measured: the letters every phone knows, and how many segments it takes."""

import unicodedata

# GSM 03.38, the basic set (7 bits each) and the set behind the escape (14 bits each).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM_SINGLE, _GSM_JOINED = 160, 153
_WIDE_SINGLE, _WIDE_JOINED = 70, 67

_STAND_INS = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "…": "...", "•": "*", "·": "-", "×": "x", "÷": "/", "™": "TM", "©": "(c)", "®": "(R)",
        "º": "o", "ª": "a", "°": "o", "½": "1/2", "¼": "1/4", "¾": "3/4",
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "Œ": "OE", "œ": "oe", "ẞ": "SS",
        "\t": " ", "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ",
        "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
    }
)  # fmt: skip


def is_gsm7(text: str) -> bool:
    """Whether every phone can show it in the cheap alphabet."""
    return all(letter in _BASIC or letter in _EXTENDED for letter in text)


def to_gsm7(text: str) -> str:
    """The same words in the cheap alphabet: ü and ñ stay, “á” becomes “a”.

    Letters with no stand-in (emoji, Chinese) stay as they are; `is_gsm7` then says no.
    """
    composed = unicodedata.normalize("NFC", text).translate(_STAND_INS)
    return "".join(_plain(letter) for letter in composed)


def _plain(letter: str) -> str:
    if is_gsm7(letter):
        return letter
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    )
    return bare if bare and is_gsm7(bare) else letter


def segments(text: str) -> int:
    """How many segments the carrier will send, and charge."""
    if is_gsm7(text):
        sizes = [2 if letter in _EXTENDED else 1 for letter in text]
        return _packed(sizes, _GSM_SINGLE, _GSM_JOINED)
    sizes = [len(letter.encode("utf-16-le")) // 2 for letter in text]
    return _packed(sizes, _WIDE_SINGLE, _WIDE_JOINED)


def is_one_segment(text: str) -> bool:
    """Whether it arrives as one text."""
    return segments(text) <= 1


def _packed(sizes: list[int], single: int, joined: int) -> int:
    """Segments for letters of these sizes. A letter of two units is never cut in half."""
    if sum(sizes) <= single:
        return 1 if sizes else 0
    count, room = 1, joined
    for size in sizes:
        if size > room:
            count, room = count + 1, joined
        room -= size
    return count
