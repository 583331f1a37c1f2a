"""What becomes of every row that names a customer, when two records of one person are put together.

A table that names a customer and has no rule here cannot be forgotten: the merge refuses until it has one.
"""

from dataclasses import dataclass
from typing import Any

from workshop.db import fetch
from workshop.errors import Conflict


@dataclass(frozen=True)
class Rule:
    """How the rows of one table that name a customer are treated.

    `stays`: not moved, read through both records (history, or about records themselves). `same`: columns in
    which a row of the kept record is the same thing; ours is then set aside, and comes back when the merge
    is undone. `same_if`: only rows in this state can be the same. `first`: the column that marks the one to
    use first; the kept record's stays first. `pair`: the other customer such a row names; a row between the
    two records themselves is set aside. `facts`: what is said of the person; such a row stays with the kept
    record when somebody changed it since the merge. `label`: SQL that names a row to the shop `$3`.
    """

    one: str
    several: str
    stays: bool = False
    same: tuple[str, ...] = ()
    same_if: str = "true"
    first: str = ""
    pair: str = ""
    facts: bool = False
    label: str = ""

    def counted(self, count: int) -> str:
        """`1 ticket`, `3 tickets`."""
        return f"{count} {self.one if count == 1 else self.several}"


_PIECE = ("piece", "pieces")
_TICKET = "CASE WHEN shop = $3 THEN number END"  # another shop's numbers are its own
RULES: dict[str, Rule] = {
    "ticket.customer": Rule("ticket", "tickets", label=_TICKET),
    "ticket.owner": Rule("ticket of theirs that somebody else brought", "tickets of theirs that somebody else brought",
                         label=_TICKET),
    "ownership.customer": Rule(*_PIECE),
    "ownership.given_by": Rule("piece they gave away", "pieces they gave away"),
    "piece.wearer": Rule("piece they wear", "pieces they wear"),
    "piece_collector.customer": Rule("piece they may collect", "pieces they may collect"),
    "piece_collector.said_by": Rule("word on who may collect", "words on who may collect"),
    "sale.customer": Rule("purchase", "purchases"),
    "sale.gifter": Rule("purchase they gave", "purchases they gave"),
    "sale.recipient": Rule("purchase made for them", "purchases made for them"),
    "wish.customer": Rule("wish", "wishes"),
    "phone.customer": Rule("phone number", "phone numbers", same=("number",), first="is_first", facts=True,
                           label="'…' || right(number, 4)"),
    "email_address.customer": Rule("e-mail address", "e-mail addresses", same=("address",), first="is_first",
                                   facts=True, label="address"),
    "ring_size.customer": Rule("ring size", "ring sizes", facts=True, label="size"),
    "customer_note.customer": Rule("note", "notes", facts=True),
    "relation.customer": Rule("relation", "relations", same=("other", "kind"), pair="other"),
    "relation.other": Rule("relation", "relations", same=("customer", "kind"), pair="customer"),
    "message.customer": Rule("text or call", "texts and calls"),
    "reminder.customer": Rule("reminder", "reminders"),
    "prompt.customer": Rule(
        "suggestion", "suggestions", same=("rule", "moment", "ticket", "piece"),
        same_if="g.state IN ('shown', 'later') AND k.state IN ('shown', 'later')",
    ),
    "customer.merged_into": Rule("merged record", "merged records"),
    # History and the ledger of consent are never rewritten: whoever reads them reads both records.
    "event.customer": Rule("line of history", "lines of history", stays=True),
    "consent.customer": Rule("word of consent", "words of consent", stays=True),
    # About the records, not about the person.
    "customer_merge.kept": Rule("merge", "merges", stays=True),
    "customer_merge.gone": Rule("merge", "merges", stays=True),
    "customer_pair.one": Rule("pair", "pairs", stays=True),
    "customer_pair.other": Rule("pair", "pairs", stays=True),
}  # fmt: skip
DRAFTS = Rule("take-in under way", "take-ins under way")  # names its customer in what was typed so far


@dataclass(frozen=True)
class Pointer:
    """One column of one table that names a customer, and its rule."""

    table: str
    column: str
    rule: Rule

    @property
    def name(self) -> str:
        """As in RULES."""
        return f"{self.table}.{self.column}"


async def all_pointers() -> list[str]:
    """Every column of the database that names a customer, from the database's own catalogue."""
    rows = await fetch(
        """SELECT t.relname || '.' || a.attname AS name FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
           WHERE c.contype = 'f' AND c.confrelid = 'customer'::regclass ORDER BY 1"""
    )
    return [row["name"] for row in rows]


async def pointers() -> list[Pointer]:
    """What moves from one record to the other. Conflict when a table came that has no rule yet."""
    names = await all_pointers()
    unknown = [name for name in names if name not in RULES]
    if unknown:
        raise Conflict(
            f"Records cannot be merged: this version does not know what to do with {', '.join(unknown)}. "
            "Nothing was changed."
        )
    return [_pointer(name) for name in RULES if name in names and not RULES[name].stays]


def _pointer(name: str) -> Pointer:
    table, column = name.split(".")
    return Pointer(table, column, RULES[name])


async def counts(customer: int) -> list[str]:
    """What hangs on a record, in words: `3 tickets`, `2 phone numbers`."""
    known = await pointers()
    parts = [
        f"SELECT {place} AS place, count(*) AS many FROM {one.table} WHERE {one.column} = $1"  # noqa: S608 - catalogue
        for place, one in enumerate(known)
    ]
    rows: list[dict[str, Any]] = await fetch(" UNION ALL ".join(parts) + " ORDER BY place", customer)
    by_word: dict[str, list[tuple[Rule, int]]] = {}  # the same thing from either side is one word
    for row in rows:
        rule = known[row["place"]].rule
        by_word.setdefault(rule.one, []).append((rule, row["many"]))
    sums = [(found[0][0], sum(many for _, many in found)) for found in by_word.values()]
    return [rule.counted(many) for rule, many in sums if many]
