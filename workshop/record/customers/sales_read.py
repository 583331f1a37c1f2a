"""Reading purchases: of a person, of a piece, of a shop; a giver's price is the giver's to know."""

from typing import Any

from workshop.db import fetch, fetch_one
from workshop.errors import NotFound

_SALE = """
    SELECT s.*, x.name AS shop_name, k.number AS ticket_number,
           trim(c.first_name || ' ' || c.last_name) AS customer_name,
           trim(r.first_name || ' ' || r.last_name) AS recipient_name,
           trim(g.first_name || ' ' || g.last_name) AS gifter_name
    FROM sale s JOIN shop x ON x.id = s.shop LEFT JOIN ticket k ON k.id = s.ticket
    LEFT JOIN customer c ON c.id = s.customer LEFT JOIN customer r ON r.id = s.recipient
    LEFT JOIN customer g ON g.id = s.gifter
"""


async def sales_to(customer: int, *, shop: int, before: int | None = None, limit: int = 20) -> list[dict[str, Any]]:
    """What this person bought, and what was bought for them (without its price), newest first.

    A purchase that is a surprise is not told to whom it is for. Another shop's price is its own.
    """
    rows = await fetch(
        f"""{_SALE} WHERE s.id IN (
                (SELECT id FROM sale WHERE customer = $1 AND id < $2 ORDER BY id DESC LIMIT $3)
                UNION (SELECT id FROM sale WHERE recipient = $1 AND NOT is_discreet AND id < $2
                       ORDER BY id DESC LIMIT $3))
            ORDER BY s.id DESC LIMIT $3""",  # noqa: S608
        customer, before or 2**62, limit,
    )  # fmt: skip
    await _add_lines(rows)
    for row in rows:
        row["shows_price"] = row["shop"] == shop and row["customer"] == customer
        row["is_gift_to_them"] = row["customer"] != customer
    return rows


async def sales_of_piece(piece: int) -> list[dict[str, Any]]:
    """Every purchase this very piece was part of, newest first."""
    rows = await fetch(
        f"""{_SALE} WHERE s.id IN (SELECT sale FROM sale_line WHERE piece = $1)
            ORDER BY s.sold_on DESC, s.id DESC LIMIT 20""",  # noqa: S608
        piece,
    )
    await _add_lines(rows)
    return rows


async def sales_in(shop: int, *, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """A shop's purchases as they were written down, newest first, page by page."""
    rows = await fetch(
        f"{_SALE} WHERE s.shop = $1 AND s.id < $2 ORDER BY s.id DESC LIMIT $3",  # noqa: S608
        shop, before or 2**62, limit,
    )  # fmt: skip
    await _add_lines(rows)
    return rows


async def sale_by_id(sale: int, *, shop: int) -> dict[str, Any]:
    """One purchase of this shop, or NotFound."""
    row = await fetch_one(f"{_SALE} WHERE s.id = $1 AND s.shop = $2", sale, shop)  # noqa: S608
    if row is None:
        raise NotFound("There is no such purchase in this shop.")
    await _add_lines([row])
    return row


async def _add_lines(sales: list[dict[str, Any]]) -> None:
    ids = [row["id"] for row in sales]
    lines = await fetch("SELECT * FROM sale_line WHERE sale = ANY($1) ORDER BY id", ids)
    sellers = await fetch(
        """SELECT a.sale, a.staff, a.per_mille, s.name FROM sale_associate a JOIN staff s ON s.id = a.staff
           WHERE a.sale = ANY($1) ORDER BY a.per_mille DESC, a.id""",
        ids,
    )
    for row in sales:
        row["lines"] = [line for line in lines if line["sale"] == row["id"]]
        row["associates"] = [one for one in sellers if one["sale"] == row["id"]]
        row["sold_by"] = " and ".join(one["name"].split()[0] for one in row["associates"])
