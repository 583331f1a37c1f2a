"""What this work can do to this piece, said before it is signed for: specific lines, never a blanket waiver.

Only a risk that was named and explained helps anybody (TRADE rule 12), so a line is drawn from the work asked
for together with the stones and the condition seen. It never says what the shop suspects: a customer reads it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

# What the work does to a piece, by the codes of the price book.
HEAT = frozenset({
    "RS-DN", "RS-UP", "RS-BD", "SH-HALF", "SH-FULL", "PR-TIP", "PR-RBLD", "PR-V", "HD-NEW", "CH-SLD", "CH-CLS",
    "CH-JR", "BL-NEW", "ER-POST", "PN-STM", "LW-SPT",
})  # fmt: skip
SETTING = frozenset({"ST-TGT", "ST-SET", "ST-RPL", "HD-NEW", "PR-TIP", "PR-RBLD", "PR-V"})
WET = frozenset({"PL-CLN", "PL-REF", "RH-PLT"})
POLISH = frozenset({"PL-REF", "RH-PLT", "WF-POL"})
SIZING = frozenset({"RS-DN", "RS-UP", "SH-HALF", "SH-FULL"})
SEALS = frozenset({"WB-WR", "WP-TST", "WS-OVH", "WG-GSK", "WX-CRY", "WC-CRN"})
OLD_YEARS = 70


@dataclass(frozen=True)
class Case:
    """One piece with its work, as it stands at the counter."""

    work: Collection[str]
    stones: Collection[str] = ()  # identities, as written: `emerald`, `pearl`
    marks: Collection[str] = ()  # condition codes
    words: str = ""  # how piece and settings are described
    kind: str = ""
    age_years: int = 0
    is_engraved: bool = False
    book_lines: Collection[str] = field(default_factory=tuple)  # what the price book itself says of the work

    def does(self, acts: Collection[str]) -> bool:
        """Whether any of the work is of this sort."""
        return not set(acts).isdisjoint(self.work)

    def has(self, *names: str) -> bool:
        """Whether a stone of one of these names is on it."""
        return any(name in stone.lower() for stone in self.stones for name in names)

    def shows(self, *codes: str) -> bool:
        """Whether one of these conditions was marked."""
        return not set(codes).isdisjoint(self.marks)


_ANY_WORK = HEAT | SETTING | WET
_RULES: list[tuple[Callable[[Case], bool], str]] = [
    (lambda c: c.has("emerald") and c.does(_ANY_WORK),
     "Emerald: nearly all are filled with oil or resin. Heat, steam and pressure can draw it out and make fractures "
     "show that were there before. We take the stone out or work cold; it may still look different afterwards."),
    (lambda c: c.has("opal") and c.does(_ANY_WORK),
     "Opal: it can craze or crack from heat, pressure or drying, even long after the work."),
    (lambda c: c.has("tanzanite", "kunzite", "iolite") and c.does(_ANY_WORK),
     "Tanzanite and its like can split along their grain from warmth or a blow. We keep heat away and never use "
     "ultrasonic on them; the risk does not go to nothing."),
    (lambda c: c.has("pearl", "coral", "shell", "mother") and c.does(_ANY_WORK),
     "Pearl, coral and shell are soft and hurt by heat, acid and polish. We keep them away from these; glued ones "
     "may loosen, and an old drill hole may chip."),
    (lambda c: c.has("turquoise", "amber", "lapis", "malachite", "jet", "ivory") and c.does(_ANY_WORK),
     "Soft and porous stones such as turquoise, amber and lapis can change colour or soften from heat and cleaning."),
    (lambda c: c.has("topaz", "quartz") and "coated" in c.words.lower() and c.does(_ANY_WORK),
     "A coated stone can lose its coating when it is cleaned or warmed."),
    (lambda c: c.shows("FIL", "SYN?") and c.does(_ANY_WORK),
     "Some stones are treated in ways that cannot be seen at the counter. Heat or cleaning may change their look."),
    (lambda c: c.shows("FRC", "CHP", "ABR") and c.does(SETTING | HEAT),
     "A stone with a chip or a fracture can break further under the setter's tool, however carefully it is held."),
    (lambda c: "invisible" in c.words.lower() and c.does(SETTING | SIZING),
     "Invisible setting: the stones hold each other. One tightened today may loosen soon, and a new stone must be "
     "cut to fit."),
    (lambda c: c.shows("PRW", "PRM", "PRB", "HDL", "LSE") and c.does(WET) and not c.does(SETTING),
     "Dirt can hold a stone that worn prongs do not. Cleaning may let one come loose; it is kept and shown to you."),
    (lambda c: c.shows("GLU") and c.does(_ANY_WORK),
     "Glue was found. A stone that only glue holds comes loose when it is cleaned or warmed; setting it properly is "
     "work of its own."),
    (lambda c: (c.shows("HLW") or "hollow" in c.words.lower()) and c.does(HEAT | POLISH),
     "Hollow pieces have thin walls: they can dent, burn through or stiffen where they are soldered."),
    (lambda c: c.shows("THN") and c.does(SIZING) and not c.does({"SH-HALF", "SH-FULL"}),
     "The shank is thin: sizing does not make it stronger. A half shank would; ask us for the price."),
    (lambda c: c.shows("CRK", "PRV", "POR") and c.does(HEAT),
     "Cracks, pores and earlier solder can open again when the metal is heated."),
    (lambda c: c.age_years >= OLD_YEARS and c.kind != "watch" and c.does(HEAT | SETTING),
     "An old piece: metal, solder and settings have aged, and an earlier repair may show or give way in the work."),
    (lambda c: c.shows("PLW") and c.does(POLISH) and not c.does({"RH-PLT"}),
     "Polishing takes worn plating off; the colour underneath will show."),
    (lambda c: c.is_engraved and c.does(SIZING | POLISH),
     "The engraving already on it may be cut, stretched or softened by this work."),
    (lambda c: c.kind == "watch" and c.shows("MST", "CRX", "CRM") and c.does(SEALS),
     "Moisture has been inside, or could have been: rust that shows only when the watch is open is extra work."),
    (lambda c: c.kind == "watch" and c.age_years >= 30 and c.does(SEALS),
     "An old case may not become water-resistant again; we tell you what the test shows."),
]  # fmt: skip


def lines_for(case: Case) -> list[str]:
    """The risks of this work on this piece, the stones first; the price book's own lines last, each once."""
    drawn = [line for holds, line in _RULES if holds(case)]
    return list(dict.fromkeys([*drawn, *(line for line in case.book_lines if line)]))


def on_one_paper(pieces: Iterable[list[str]]) -> list[str]:
    """The lines of all pieces of a ticket: what is true of one piece of several says which."""
    by_piece = list(pieces)
    said: dict[str, list[int]] = {}
    for place, lines in enumerate(by_piece, start=1):
        for line in lines:
            said.setdefault(line, []).append(place)
    return [line if len(places) == len(by_piece) else f"{_pieces(places)}: {line}" for line, places in said.items()]


def _pieces(places: list[int]) -> str:
    return f"Piece {places[0]}" if len(places) == 1 else f"Pieces {', '.join(map(str, places))}"
