"""The trade's words: kinds of piece, condition codes, grounds for a statement, quality lists."""

KINDS: dict[str, tuple[str, str]] = {
    "ring": ("Ring", "ring"),
    "necklace": ("Necklace", "necklace"),
    "bracelet": ("Bracelet", "bracelet"),
    "earrings": ("Earrings", "earrings"),
    "pendant": ("Pendant", "pendant"),
    "brooch": ("Brooch", "brooch"),
    "watch": ("Watch", "device-watch"),
    "stone": ("Loose stone", "diamond"),
    "other": ("Other", "box"),
}

# Every statement about metal or stone says on what ground it is made (TRADE 1d; 16 CFR 23).
BASES = {
    "tested": "tested",
    "stamped": "stamped",
    "report": "by report no.",
    "customer": "customer states",
    "appears": "appears, not tested",
}

CONDITIONS: dict[str, dict[str, str]] = {
    "Metal": {
        "SCR": "scratched", "DNT": "dented", "BNT": "out of shape", "THN": "shank thin", "CRK": "crack",
        "PRV": "earlier repair visible", "POR": "porous", "PLW": "plating worn", "TRN": "tarnish",
        "STL": "stamp illegible", "HLW": "hollow", "GLU": "glue found",
    },
    "Setting": {
        "PRW": "prong worn", "PRM": "prong missing", "PRB": "prong bent or catches", "BZL": "bezel open",
        "CHN": "channel spread", "HDL": "head loose",
    },
    "Stone": {
        "LSE": "loose", "MIS": "missing", "CHP": "chipped", "ABR": "abraded facets",
        "FRC": "fracture visible", "FIL": "filled or treated suspected", "SYN?": "identity not tested",
    },
    "Chain": {"KNK": "kink", "STR": "stretched links", "CLW": "clasp weak"},
    "Watch": {
        "CRX": "crystal cracked", "CRM": "crown missing or pulled", "NOR": "not running",
        "MST": "moisture", "HND": "hand loose", "BRW": "bracelet stretched", "AFT": "non-original parts",
        "CPY": "copy suspected",
    },
}  # fmt: skip
CONDITION_WORDS = {code: word for group in CONDITIONS.values() for code, word in group.items()}

_ALL = ["Work equals the envelope, every task done"]
_STONES = ["Each stone tested by tweezer under the loupe, none moves"]
_FINISH = [
    "Finish even, no tool marks", "Clean, dry, no compound left", "Stamp still legible, or noted",
    "Loose and old parts bagged for return",
]  # fmt: skip
QUALITY: dict[str, list[str]] = {
    "ring": [*_ALL, *_STONES, "Prongs even, none catches on cloth", "Seam invisible, no pits",
             "Size on the mandrel is the size asked for", "Shape round", *_FINISH],
    "necklace": [*_ALL, "Clasp opens and closes, safety works", "No kink, links move freely", *_FINISH],
    "bracelet": [*_ALL, *_STONES, "Clasp opens and closes, safety works", *_FINISH],
    "earrings": [*_ALL, *_STONES, "Posts straight, backs hold", "The pair matches", *_FINISH],
    "pendant": [*_ALL, *_STONES, "Bail and jump ring closed", *_FINISH],
    "brooch": [*_ALL, *_STONES, "Pin straight, catch and joint hold", *_FINISH],
    "watch": [*_ALL, "Runs, sets and the date changes", "Hands clear each other and the crystal",
              "Crown and pushers work", "Seals fitted; pressure result noted where tested",
              "Battery month and year marked where changed", "Bracelet pins secure",
              "Clean, no marks on the case"],
    "stone": [*_ALL, "No new chip or scratch under the loupe", "Clean, dry, in its own paper",
              "Weighed and measured again: the same stone"],
    "other": [*_ALL, *_STONES, *_FINISH],
}  # fmt: skip

FAIL_REASONS = {
    "not_done": "A task is not done",
    "finish": "Finish or tool marks",
    "stone_loose": "Stone moves",
    "stone_count": "Stone count differs",
    "prong": "Prong catches or uneven",
    "size": "Size or shape wrong",
    "seam": "Seam or pit visible",
    "engraving": "Engraving differs from the signed text",
    "function": "Clasp, catch or watch does not work",
    "dirty": "Not clean",
}

SIZES = ["", *(f"{n / 4:g}" for n in range(8, 61))]  # US ring sizes 2 to 15 by quarters

_DIGITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen",
)  # fmt: skip
_QUARTERS = {"": "", ".25": " and a quarter", ".5": " and a half", ".75": " and three quarters"}


def size_in_words(size: str) -> str:
    """`7.5` as `seven and a half`: digits alone are misread on a worn label."""
    whole, point, part = size.partition(".")
    if not whole.isdigit() or int(whole) >= len(_DIGITS):
        return size
    return _DIGITS[int(whole)] + _QUARTERS.get(point + part, f" point {part}")
