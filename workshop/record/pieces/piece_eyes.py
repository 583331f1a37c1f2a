"""Through whose eyes a piece's life is told: a colleague's, or one owner's, who sees their own time and no other's."""

from dataclasses import dataclass
from datetime import date

from workshop.db import fetch
from workshop.errors import NotFound
from workshop.record.customers.discreet import piece_shown_to

OWN, EARLIER, HIDDEN = "own", "earlier", "hidden"
Period = tuple[date | None, date | None]


@dataclass(frozen=True)
class Eyes:
    """Who looks. Without `customers` it is a colleague at the counter, who sees the whole life."""

    customers: frozenset[int] | None = None
    periods: tuple[Period, ...] = ()
    viewer: int | None = None

    @property
    def is_colleague(self) -> bool:
        """Whether everything may be shown."""
        return self.customers is None

    @property
    def is_past(self) -> bool:
        """Whether the piece is theirs no more."""
        return bool(self.periods) and all(until is not None for _, until in self.periods)

    def knows(self, customer: int | None) -> bool:
        """Whether a name may be said before them: their own household's."""
        return self.customers is None or customer in self.customers

    def sees(self, day: date, customer: int | None = None) -> str:
        """`own`; `earlier`: the work may be told, not the people, prices or numbers; `hidden`: after their time."""
        if self.customers is None or (customer is not None and customer in self.customers):
            return OWN
        if any((not since or since <= day) and (not until or day <= until) for since, until in self.periods):
            return OWN
        if self.is_past and all(until and day > until for _, until in self.periods):
            return HIDDEN
        return EARLIER

    def sees_visit(self, day: date, customer: int | None, *, is_discreet: bool) -> str:
        """As `sees`; a surprise is seen by nobody but whoever brought or bought it."""
        if is_discreet and not self.is_colleague and customer != self.viewer:
            return HIDDEN
        return self.sees(day, customer)


COLLEAGUE = Eyes()


async def eyes_of(piece: int, customer: int) -> Eyes:
    """A present or past owner's eyes, with their household's. NotFound if the piece was never theirs.

    A piece that is a surprise is seen by its present owner alone.
    """
    rows = await fetch(
        f"""SELECT c.id, o.since, o.until, o.id AS row FROM customer c LEFT JOIN (ownership o
                JOIN piece p ON p.id = o.piece AND (NOT p.is_discreet OR o.until IS NULL AND {piece_shown_to("$2")}))
                ON o.customer = c.id AND o.piece = $1
            WHERE c.id = $2 OR c.household = (SELECT household FROM customer WHERE id = $2)""",  # noqa: S608
        piece, customer,
    )  # fmt: skip
    periods = tuple((row["since"], row["until"]) for row in rows if row["row"] is not None)
    if not periods:
        raise NotFound("That piece never belonged to this customer.")
    return Eyes(frozenset(row["id"] for row in rows), periods, customer)
