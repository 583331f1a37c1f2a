"""Which printer a paper goes to: the drawer's own, else the shop's, else the installation's."""

from dataclasses import dataclass
from typing import Any

from printing.printers import Printer, printer_from
from workshop.db import fetch, fetch_one
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.settings import settings


@dataclass(frozen=True)
class Line:
    """The papers of a shop that wait for one device, by the keys of its printers (`label`, `receipt`, `receipt 7`)."""

    shop: int
    device: str
    keys: tuple[str, ...]


async def addresses_of(shop: int) -> dict[str, str]:
    """Every printer of a shop by its key, and the address behind it; empty where there is none.

    The installation's settings are the first shop's: no other shop's papers, and no other shop's money, ever come
    out there by themselves.
    """
    row = await fetch_one(
        "SELECT label_printer, receipt_printer, id = (SELECT min(id) FROM shop) AS is_first FROM shop WHERE id = $1",
        shop,
    )
    assert row is not None
    usual = settings() if row["is_first"] else None
    found = {
        "label": row["label_printer"] or (usual.label_printer if usual else ""),
        "receipt": row["receipt_printer"] or (usual.receipt_printer if usual else ""),
    }
    for drawer in await fetch("SELECT id, printer FROM drawer WHERE shop = $1", shop):
        found[f"receipt {drawer['id']}"] = drawer["printer"] or found["receipt"]
    return {key: address.strip() for key, address in found.items()}


async def address_of(shop: int, printer: str, drawer: int | None = None) -> str:
    """The address of one printer; empty: a preview on the screen."""
    found = await addresses_of(shop)
    return found.get(f"{printer} {drawer}") or found[printer]


async def address_at(by: Actor, printer: str) -> str:
    """The address of the printer somebody's papers come out of: at a station with a drawer, that drawer's."""
    drawer = None
    if printer == "receipt":
        row = await fetch_one("SELECT drawer FROM device WHERE id = $1 AND shop = $2", by.device, by.shop)
        drawer = row["drawer"] if row else None
    return await address_of(by.shop, printer, drawer)


async def printer_at(by: Actor, printer: str) -> Printer:
    """The same as something to send to. Raises InvalidInput for an address that is none."""
    return printer_from(await address_at(by, printer))


async def line_of(job: dict[str, Any]) -> Line:
    """The line a paper stands in: labels and receipts may share one device."""
    found = await addresses_of(job["shop"])
    device = _device(found.get(f"{job['printer']} {job['drawer']}") or found[job["printer"]])
    return Line(job["shop"], device, tuple(key for key, address in found.items() if _device(address) == device))


def _device(address: str) -> str:
    try:
        return printer_from(address).device
    except InvalidInput:
        return address
