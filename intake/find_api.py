"""Looking up over JSON: households by name, phone or number; pieces by a number on them."""

from typing import Any

from litestar import get

from workshop.record.customers.people_by_number import pieces_with_number
from workshop.record.customers.search import Found, search
from workshop.record.events import Actor
from workshop.web.auth import STAFF


@get("/api/search", opt={"access": STAFF})
async def find(by: Actor, q: str = "") -> dict[str, Any]:
    """Households that match a name, phone, e-mail or ticket, each with its open work; pieces by serial or report.

    A bench token asks by number only, and is told no names and no amounts. Amounts are in cents.
    """
    is_bench = not by.is_one_of("counter", "manager", "owner")
    found = await search(q, shop=by.shop, only_numbers=is_bench)
    pieces = await pieces_with_number(q, shop=by.shop)
    if is_bench:
        pieces = [piece for piece in pieces if piece["envelope"] and piece["stage"] != "picked_up"]
    return {
        "households": [_work(one) if is_bench else _household(one) | _work(one) for one in found],
        "pieces": [
            {"id": one["id"], "number": one["number"], "kind": one["kind"], "description": one["description"],
             "envelope": one["envelope"], "stage": one["stage"]}
            | ({} if is_bench else {"owner": one["customer"]})
            for one in pieces
        ],
    }  # fmt: skip


def _household(one: Found) -> dict[str, Any]:
    return {
        "name": one.name,
        "people": [
            {"id": person["id"], "name": f"{person['first_name']} {person['last_name']}".strip(),
             "phone": person["phone"], "relation": person["relation"]}
            for person in one.people
        ],
        "pieces": one.pieces, "serviced": len(one.serviced), "owed": one.owed_cents,
    }  # fmt: skip


def _work(one: Found) -> dict[str, Any]:
    return {
        "open": [
            {"number": row["number"], "code": row["code"], "ticket": row["ticket_number"], "stage": row["stage"],
             "kind": row["kind"], "promise_on": row["promise_on"]}
            for row in one.envelopes
        ],
    }  # fmt: skip


handlers = [find]
