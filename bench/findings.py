"""What the bench finds: proposed from the price book, without prices, for the customer to decide."""

from dataclasses import dataclass, field
from typing import Any

from bench.worksheet import Worksheet
from workshop.db import fetch
from workshop.errors import Forbidden, InvalidInput
from workshop.record.events import Actor
from workshop.record.prices.prices import DRIVERS, drivers_of
from workshop.record.prices.work import NewTask, price_items
from workshop.record.tables import Estimate
from workshop.record.tickets.estimates import make_estimate
from workshop.record.tickets.standing import envelope_by_code

_KNOWN = ("metal", "stones")  # read from the piece, never asked at the bench


@dataclass(frozen=True)
class Finding:
    """What was found, in words for the customer, and the work proposed against it."""

    note: str
    codes: list[str]
    numbers: dict[str, str] = field(default_factory=dict)  # "PR-TIP.prongs": "4"
    is_sent: bool = False


async def offered_tasks(sheet: Worksheet) -> dict[str, list[dict[str, Any]]]:
    """The price book's work for this kind of piece by category, with what each asks; no prices."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in await price_items(sheet.envelope.shop, sheet.piece["kind"]):
        asks = [
            {"name": one.name, "label": one.label, "unit": one.unit}
            for one in drivers_of(item["rule"]) if one.name not in _KNOWN
        ]  # fmt: skip
        groups.setdefault(item["category"], []).append({"code": item["code"], "name": item["name"], "asks": asks})
    return groups


async def report_finding(code: str, finding: Finding, *, by: Actor) -> Estimate:
    """Make the next version of the estimate from a finding; work stops until the customer answers.

    Raises InvalidInput naming `note` or the driver, NotAllowed where nothing can be added any more.
    """
    if len(finding.note) < 5:
        sentence = "Say in a sentence what you found. The customer reads it."
        raise InvalidInput(sentence, note=sentence)
    if finding.is_sent and not by.is_one_of("manager", "owner"):
        raise Forbidden("The counter sends it to the customer. Send it to the counter.")
    envelope = await envelope_by_code(code, shop=by.shop)
    known = await _known_of(envelope.piece, envelope.stone_count)
    found = [NewTask(code, drivers=_drivers(code, finding, known)) for code in finding.codes]
    return await make_estimate(envelope.code, by=by, note=finding.note, found=found, send=finding.is_sent)


async def _known_of(piece: int, stones: int) -> dict[str, str]:
    rows = await fetch("SELECT metal FROM piece WHERE id = $1", piece)
    return {"metal": rows[0]["metal"], "stones": str(stones)}


def _drivers(code: str, finding: Finding, known: dict[str, str]) -> dict[str, str]:
    asked = {
        name: finding.numbers[f"{code}.{name}"]
        for name in DRIVERS if finding.numbers.get(f"{code}.{name}")
    }  # fmt: skip
    return {**known, **asked}


