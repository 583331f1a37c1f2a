"""Surprises: what is told to nobody but the one who keeps the secret, on no screen, in no text, by no search.

A *visit* (ticket, envelope, what was done, said or paid on it) is secret while its ticket or a piece on it is
marked discreet; it is shown under the person who brought it and under nobody else of their household. A discreet
*piece* is shown under its present owner only. Every list that reaches beyond one person asks here.
"""

from typing import Any

from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import NotFound
from workshop.record.events import Actor, record


def visit_shown_to(viewer: str, *, ticket: str = "k", piece: str = "p") -> str:
    """SQL: whether a visit may be shown under the customer `viewer` (a parameter or column like `$1`)."""
    return f"({ticket}.customer = {viewer} OR NOT ({ticket}.is_discreet OR {piece}.is_discreet))"


def piece_shown_to(viewer: str, *, piece: str = "p", ownership: str = "o") -> str:
    """SQL: whether a piece may be shown under the customer `viewer`."""
    return f"({ownership}.customer = {viewer} OR NOT {piece}.is_discreet)"


def is_secret_visit(ticket: str = "k") -> str:
    """SQL: whether anything about this ticket is a surprise."""
    return f"""({ticket}.is_discreet OR EXISTS (SELECT FROM envelope se JOIN piece sp ON sp.id = se.piece
                WHERE se.ticket = {ticket}.id AND sp.is_discreet))"""


async def is_secret(*tickets: int) -> bool:
    """Whether a ticket, or a piece on it, is a surprise (one of several): then no shared number may learn of it."""
    return bool(
        await fetch_value(
            f"SELECT EXISTS (SELECT FROM ticket k WHERE k.id = ANY($1) AND {is_secret_visit()})",  # noqa: S608
            list(tickets),
        )
    )


async def is_shared(number: str) -> bool:
    """Whether more than one person is on file with this number, or with this e-mail address."""
    return bool(
        await fetch_value(
            """SELECT count(DISTINCT customer) > 1 FROM (SELECT customer FROM phone WHERE number = $1
               UNION ALL SELECT customer FROM email_address WHERE address = lower($1)) on_file""",
            number,
        )
    )


async def own_number(customer: int) -> str:
    """The first number that nobody else has, or empty."""
    return (await _ways(customer, "phone", "number"))[0]


async def number_to_text(customer: int, *, secret: bool) -> str:
    """Where a text to this person goes: about a surprise to a number of their own, if they have one.

    Without one it is their first number all the same: the text is stopped before it leaves and a colleague is
    asked to tell them in person.
    """
    own, first = await _ways(customer, "phone", "number")
    return (own if secret else "") or first


async def way_to_tell(customer: int, *, secret: bool) -> tuple[str, str]:
    """How a person hears from us, `sms` or `email`, and where: mail for those who prefer it or have no number.

    About a surprise it is one of their own first, number or address; what is shared comes last, and is stopped
    before it leaves.
    """
    channel = await fetch_value("SELECT preferred_channel FROM customer WHERE id = $1", customer)
    number, address = await _ways(customer, "phone", "number"), await _ways(customer, "email_address", "address")
    ways = [("sms", *number), ("email", *address)]
    if channel == "email":
        ways.reverse()
    own = [(way, mine) for way, mine, _ in ways if mine]
    any_one = [(way, first) for way, _, first in ways if first]
    found = [*(own if secret else []), *any_one]
    return found[0] if found else ("sms", "")


async def _ways(customer: int, table: str, column: str) -> tuple[str, str]:
    """The first that nobody else has, and the first at all; empty where there is none."""
    rows = await fetch(
        f"""SELECT p.{column} AS value, EXISTS (SELECT FROM {table} t WHERE t.{column} = p.{column}
                   AND t.customer <> p.customer) AS is_shared
            FROM {table} p WHERE p.customer = $1 ORDER BY p.is_first DESC, p.id""",  # noqa: S608 - our own two tables
        customer,
    )
    own = next((row["value"] for row in rows if not row["is_shared"]), "")
    return own, rows[0]["value"] if rows else ""


async def mark_ticket(number: str, *, discreet: bool, by: Actor) -> None:
    """Make a visit a surprise, or end it. Pieces that came to us with this very visit go with it."""
    async with transaction():
        row = await fetch_one(
            "SELECT id, customer, is_discreet FROM ticket WHERE number = $1 AND shop = $2 FOR NO KEY UPDATE",
            number, by.shop,
        )  # fmt: skip
        if row is None:
            raise NotFound(f"There is no ticket {number} in this shop.")
        if row["is_discreet"] == discreet:
            return
        await fetch("UPDATE ticket SET is_discreet = $2 WHERE id = $1", row["id"], discreet)
        await mark_new_pieces(row["id"], discreet=discreet)
        name = "made_discreet" if discreet else "made_open"
        await record(name, shop=by.shop, by=by, ticket=row["id"], customer=row["customer"])


async def mark_new_pieces(ticket: int, *, discreet: bool) -> None:
    """Pieces that came to us with this very visit are as secret as it is; those the family knew stay as they are."""
    await fetch(
        """UPDATE piece SET is_discreet = $2 WHERE is_discreet <> $2 AND id IN (
               SELECT v.piece FROM envelope v JOIN ticket k ON k.id = v.ticket JOIN piece p ON p.id = v.piece
               WHERE v.ticket = $1 AND p.created_at >= k.taken_in_at)""",
        ticket, discreet,
    )  # fmt: skip


async def told_before(ticket: int) -> list[dict[str, Any]]:
    """Texts about a ticket that reached a shared number already: no mark calls them back."""
    return await fetch(
        """SELECT m.recipient, min(m.sent_at) AS at FROM message m WHERE m.ticket = $1 AND m.direction = 'out'
           AND m.channel <> 'call' AND m.sent_at IS NOT NULL
           AND EXISTS (SELECT FROM phone a JOIN phone b ON b.number = a.number AND b.customer <> a.customer
                       WHERE a.number = m.recipient) GROUP BY m.recipient""",
        ticket,
    )
