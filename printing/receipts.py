"""From the record to the receipt: what was paid for what, how long we stand by it, and who took it home."""

from datetime import date
from typing import Any

from printing.content import head_of, long_day, measured_on, moment, pieces_on, ticket_of_id
from printing.documents import Receipt
from workshop import clock
from workshop.db import fetch
from workshop.money import show
from workshop.record.customers.customers import show_phone
from workshop.record.money.money_owed import TicketSum, sum_of
from workshop.record.money.payments import TENDERS, payments_of
from workshop.record.pieces.pieces import in_words
from workshop.record.prices.reckoning import reductions

Row = dict[str, Any]
_KINDS = {"deposit": "Deposit", "balance": "Paid", "refund": "Refund"}
_YEAR = 365


async def receipt_of(ticket_id: int, copy: int = 0) -> Receipt:
    """The receipt of a ticket as it stands now."""
    ticket = await ticket_of_id(ticket_id)
    head = await head_of(ticket_id)
    pieces = await pieces_on(ticket_id)
    money = await sum_of(ticket)
    payments = await payments_of(ticket_id)
    currency, zone = head["currency"], head["zone"]
    return Receipt(
        shop_name=head["shop_name"], shop_address=head["address"], shop_phone=show_phone(head["phone"]),
        number=ticket.number, lines=_lines(money, pieces, currency), total=show(money.total, currency),
        payments=[
            *((_payment(row, zone), show(row["amount_cents"], currency)) for row in payments),
            *[("Let off", show(money.let_off, currency))] * bool(money.let_off),
        ],
        balance=show(money.balance, currency), issued_on=moment(clock.now(), zone),
        warranty=_warranty(money), measured=await measured_on(pieces),
        collected=await _collected(ticket_id, zone), copy=copy,
    )  # fmt: skip


def _lines(money: TicketSum, pieces: list[Row], currency: str) -> list[tuple[str, str]]:
    """Each piece with its work under it, then the tax."""
    words = {piece["envelope"]: in_words(piece) for piece in pieces}
    lines: list[tuple[str, str]] = []
    for one in money.envelopes:
        lines.append((f"{one.number}  {words[one.envelope]}", ""))
        lines += [pair for row in one.lines for pair in _with_reductions(row, currency)]
        lines += [] if one.lines else [("Returned without work", show(0, currency))]
    return [*lines, ("Sales tax", show(money.tax, currency))] if money.tax else lines


def _with_reductions(row: Row, currency: str) -> list[tuple[str, str]]:
    """A line of work at the book's price, then what was taken off it and why."""
    off = reductions(row)
    before = row["price_cents"] - sum(cents for _, cents in off)
    return [(_work(row), show(before, currency)), *((f"   {words}", show(cents, currency)) for words, cents in off)]


def _work(row: Row) -> str:
    return f"{row['quantity']} × {row['name']}" if row["quantity"] > 1 else str(row["name"])


def _payment(row: Row, zone: str) -> str:
    """`Paid 3 Dec, card terminal, Visa ··4242`."""
    day = clock.local(row["at"], zone).date()
    card = " ".join(part for part in (row["brand"], row["last_four"] and f"··{row['last_four']}") if part)
    how = ", ".join(part for part in (TENDERS[row["tender"]].lower(), card) if part)
    return f"{_KINDS[row['kind']]} {day.day} {day:%b}, {how}"


def _warranty(money: TicketSum) -> list[str]:
    """One line for each term; it runs from the day the piece is collected."""
    terms: dict[str, list[str]] = {}
    for row in (row for one in money.envelopes for row in one.lines):
        term = _term(row["warranty_until"], row["warranty_days"])
        if term and row["name"] not in terms.setdefault(term, []):
            terms[term].append(row["name"])
    return [f"{term}: {', '.join(names)}" for term, names in terms.items()]


def _term(until: date | None, days: int) -> str:
    if until is not None:
        return f"Until {long_day(until)}"
    if not days:
        return ""
    years, rest = divmod(days, _YEAR)
    return f"{days} days from collection" if rest else f"{years} {'year' if years == 1 else 'years'} from collection"


async def _collected(ticket_id: int, zone: str) -> list[str]:
    """Who took which pieces home, by the history that nobody can rewrite."""
    rows = await fetch(
        """SELECT e.data->>'collector' AS collector, e.at, string_agg(v.number, ', ' ORDER BY v.place_no) AS numbers
           FROM event e JOIN envelope v ON v.id = e.envelope
           WHERE e.ticket = $1 AND e.name = 'moved' AND e.to_stage = 'picked_up'
           AND NOT EXISTS (SELECT FROM event u WHERE u.envelope = e.envelope AND u.name = 'handover_taken_back'
                           AND (u.data->>'undoes')::bigint = e.id)
           GROUP BY e.at, e.data->>'collector', e.data->>'signature' ORDER BY e.at""",
        ticket_id,
    )
    return [f"{row['numbers']} by {row['collector']}, {moment(row['at'], zone)}" for row in rows]
