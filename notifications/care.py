"""How to look after what was collected: for this metal, these stones, this kind of piece."""

from collections.abc import Callable
from dataclasses import dataclass, field

from notifications.wording import spoken
from workshop.db import fetch
from workshop.record.tables import Ticket

GOLD = frozenset({"10k", "14k", "18k"})
SOFT = ("pearl", "coral", "shell", "mother", "opal", "turquoise", "amber", "lapis", "malachite", "ivory", "jet")


@dataclass(frozen=True)
class Collected:
    """One piece as far as its care asks."""

    kind: str
    metal: str = ""
    colour: str = ""
    stones: list[str] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Whether a stone of one of these names is on it."""
        return any(name in stone.lower() for stone in self.stones for name in names)

    @property
    def is_watch(self) -> bool:
        """A watch is looked after in a way of its own."""
        return self.kind == "watch"

    @property
    def has_set_stones(self) -> bool:
        """Whether a stone of it is held by prongs or a bezel: strung and soft ones hardly are."""
        return any(not any(name in stone.lower() for name in SOFT) for stone in self.stones)

    @property
    def is_delicate(self) -> bool:
        """Whether water, heat or ultrasonic would hurt a stone of it."""
        return self.has(*SOFT, "emerald", "tanzanite")


# Which pieces, and the line in English and Spanish. The order is the order on the page.
_LINES: list[tuple[Callable[[Collected], bool], str, str]] = [
    (lambda c: not c.is_watch,
     "Put it on last, after perfume, lotion and hair spray. Take it off for the pool, the gym and housework.",
     "Póngasela al final, después del perfume, la crema y la laca. Quítesela en la piscina, el gimnasio y al limpiar."),
    (lambda c: not c.is_watch and not c.is_delicate,
     "Clean it at home in lukewarm water with a drop of dish soap and a soft brush. Rinse, and dry it well.",
     "Límpiela en casa con agua tibia, una gota de jabón y un cepillo suave. Enjuague y seque bien."),
    (lambda c: c.has("pearl"),
     "Pearls: wipe them with a soft, damp cloth after wearing and store them lying flat. Never soak them.",
     "Perlas: límpielas con un paño suave y húmedo después de usarlas y guárdelas extendidas. Nunca las sumerja."),
    (lambda c: c.has(*(name for name in SOFT if name != "pearl")),
     "Soft stones: only a soft, damp cloth. No soaking, no steam, no ultrasonic bath.",
     "Piedras blandas: solo un paño suave y húmedo. Sin remojo, sin vapor y sin ultrasonido."),
    (lambda c: c.has("emerald", "tanzanite"),
     "Emerald and tanzanite: lukewarm water and a soft cloth only. No heat, no steam, no ultrasonic bath.",
     "Esmeralda y tanzanita: solo agua tibia y un paño suave. Sin calor, sin vapor y sin ultrasonido."),
    (lambda c: c.has_set_stones and not c.is_watch,
     "If a stone rattles or a prong catches on cloth, stop wearing it and come by. Checking takes a few minutes.",
     "Si una piedra se mueve o una garra se engancha en la ropa, no la use y venga. Revisarla toma pocos minutos."),
    (lambda c: c.metal in GOLD and c.colour == "white",
     "White gold: its white coat wears off with time. When it turns yellowish, we plate it anew.",
     "Oro blanco: su baño blanco se gasta con el tiempo. Cuando amarillee, lo bañamos de nuevo."),
    (lambda c: c.metal == "silver",
     "Silver: keep it in a closed bag when you do not wear it, and polish it with a silver cloth.",
     "Plata: guárdela en una bolsa cerrada cuando no la use y púlala con un paño para plata."),
    (lambda c: c.is_watch,
     "Keep the crown pushed in, and never use crown or buttons under water. Wipe it with a soft, damp cloth.",
     "Mantenga la corona cerrada y no la use, ni los botones, bajo el agua. Límpielo con un paño suave y húmedo."),
    (lambda c: c.is_watch,
     "Have its water resistance tested once a year, and keep it away from magnets, such as a speaker or a bag clasp.",
     "Pruebe su hermeticidad una vez al año y manténgalo lejos de imanes, como altavoces o cierres de bolsos."),
]  # fmt: skip


async def care_for(ticket: Ticket, language: str) -> list[str]:
    """The lines for what was collected on a ticket, each once."""
    rows = await fetch(
        """SELECT p.kind, p.metal, p.metal_colour, array_remove(array_agg(t.identity ORDER BY t.id), NULL) AS stones
           FROM envelope v JOIN piece p ON p.id = v.piece LEFT JOIN stone t ON t.piece = p.id
           WHERE v.ticket = $1 AND v.stage = 'picked_up' GROUP BY v.id, p.id ORDER BY v.id""",
        ticket.id,
    )
    return care_lines(
        [Collected(row["kind"], row["metal"], row["metal_colour"], list(row["stones"])) for row in rows], language
    )


def care_lines(pieces: list[Collected], language: str) -> list[str]:
    """Every line that fits one of the pieces."""
    is_spanish = spoken(language) == "es"
    return [
        spanish if is_spanish else english
        for fits, english, spanish in _LINES if any(fits(piece) for piece in pieces)
    ]  # fmt: skip
