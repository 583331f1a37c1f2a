"""One line about a purchase: when, for what, for whom, sold by whom; never more than whoever it is told to may know."""

from typing import Any

from workshop.record.customers.sales import OCCASIONS
from workshop.record.tickets.work_done import day_in_words


def purchase_told(sale: dict[str, Any], *, shop: int, reader: int | None = None) -> str:
    """`10 Oct 2019 · engagement · for Rosa Bennett · sold by Noor`, on the page of `reader` or of the piece."""
    is_ours = sale["shop"] == shop
    parts = [
        day_in_words(sale["sold_on"]), "" if is_ours else sale["shop_name"],
        OCCASIONS[sale["occasion"]].lower() if sale["occasion"] else "", _people(sale, reader),
        f"sold by {sale['sold_by']}" if sale["sold_by"] and is_ours else "",
        f"after {sale['ticket_number']}" if sale["ticket_number"] and is_ours else "", sale["note"] if is_ours else "",
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def _people(sale: dict[str, Any], reader: int | None) -> str:
    buyer, recipient = sale["customer_name"], sale["recipient_name"] if sale["recipient"] != sale["customer"] else ""
    if reader is not None and sale["customer"] != reader:
        return f"a gift from {buyer}" if buyer else ""
    told = f"for {recipient}" if recipient else ""
    return f"bought by {buyer} {told}".strip() if reader is None and buyer else told
