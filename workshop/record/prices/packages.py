"""Packages: work that belongs together, at a price of its own, as dated versions like the book itself."""

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.dated import (
    PACKAGES,
    call_off,
    check_manager,
    check_start,
    end_on,
    hold_still,
    is_void,
    make_room,
    state_of,
)
from workshop.record.events import Actor, record
from workshop.record.prices.price_versions import book, today_of
from workshop.record.tables import PricePackage


@dataclass(frozen=True)
class NewPackage:
    """A bundle as it is to be offered: at a price for its plain work, or so much off each line."""

    code: str
    name: str
    codes: list[str]
    price_cents: int | None = None
    off_per_mille: int | None = None
    kinds: list[str] = field(default_factory=list)


async def packages(shop: int, kind: str = "", day: date | None = None) -> list[dict[str, Any]]:
    """What is offered on a day (today), for one kind of piece or all, each with its lines of the book.

    `lines` are rows of the book, `single_cents` what the plain work costs one by one, `cents` what it
    costs together. One whose work is no longer in the book is not offered.
    """
    day = day or await today_of(shop)
    items = {row["code"]: row for row in await book(shop, day)}
    rows = await fetch(
        """SELECT p.*, s.name AS made_by_name FROM price_package p LEFT JOIN staff s ON s.id = p.made_by
           WHERE p.shop = $1 AND p.active_from <= $2 AND (p.active_to IS NULL OR p.active_to >= $2) ORDER BY p.name""",
        shop, day,
    )  # fmt: skip
    offered = [_with_lines(row, items) for row in rows]
    return [row for row in offered if not row["gone"] and (not kind or not row["kinds"] or kind in row["kinds"])]


def _with_lines(row: dict[str, Any], items: dict[str, dict[str, Any]]) -> dict[str, Any]:
    row["codes"], row["kinds"] = json.loads(row["codes"]), json.loads(row["kinds"])
    row["lines"] = [items[code] for code in row["codes"] if code in items]
    row["gone"] = [code for code in row["codes"] if code not in items]
    single = sum(line["rule"].get("base", 0) + line["rule"].get("material", 0) for line in row["lines"])
    off = row["off_per_mille"]
    row["single_cents"] = single
    row["cents"] = min(single, row["price_cents"]) if off is None else single - single * off // 1000
    return row


async def package_versions(code: str, *, shop: int) -> list[dict[str, Any]]:
    """Every version of a package, newest first, with its lines as the book has them today; NotFound if none."""
    today = await today_of(shop)
    items = {row["code"]: row for row in await book(shop, today)}
    rows = await fetch(
        """SELECT p.*, s.name AS made_by_name FROM price_package p LEFT JOIN staff s ON s.id = p.made_by
           WHERE p.shop = $1 AND p.code = $2 ORDER BY p.active_from DESC, p.id DESC""",
        shop, code.upper(),
    )  # fmt: skip
    if not rows:
        raise NotFound(f"There is no package {code}.")
    return [_with_lines(row, items) | {"state": state_of(row["active_from"], row["active_to"], today)} for row in rows]


async def all_packages(shop: int) -> list[dict[str, Any]]:
    """The newest version of every package there ever was, for the desk."""
    rows = await fetch("SELECT DISTINCT code FROM price_package WHERE shop = $1 ORDER BY code", shop)
    found = []
    for row in rows:  # a shop has a handful
        versions = await package_versions(row["code"], shop=shop)
        held = [one for one in versions if one["state"] == "now"] or [one for one in versions if one["state"] != "void"]
        found.append((held or versions)[0])
    return found


async def set_package(new: NewPackage, *, start: date, by: Actor, note: str = "", is_new: bool = False) -> None:
    """Offer a package from a day on, or let it read so from then on. Tickets keep the version they have.

    Raises InvalidInput naming `code`, `name`, `codes`, `price`, `off` or `from`.
    """
    async with transaction():
        check_manager(by)
        check_start(start, await today_of(by.shop))
        _check(new, {row["code"] for row in await book(by.shop, start)})
        rows = await hold_still(PACKAGES, by.shop, new.code)
        if is_new and any(not is_void(row) for row in rows):
            raise InvalidInput("That code is taken.", code=f"{new.code} is a package already. Take another code.")
        last = await make_room(PACKAGES, rows, start)
        await PricePackage(
            shop=by.shop, code=new.code, name=new.name.strip(), codes=json.dumps(new.codes),
            price_cents=new.price_cents, off_per_mille=new.off_per_mille, kinds=json.dumps(new.kinds),
            note=note.strip()[:160], made_by=by.id, made_at=clock.now(), active_from=start, active_to=last,
        ).save()  # fmt: skip
        event = "package_added" if is_new else "package_changed"
        await record(event, shop=by.shop, by=by, code=new.code, item=new.name.strip(), start=start.isoformat())


def _check(new: NewPackage, known: set[str]) -> None:
    wrong: dict[str, str] = {}
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{1,11}", new.code):
        wrong["code"] = "A code is 2 to 12 letters, digits or dashes, such as PK-SPA."
    if not 1 <= len(new.name.strip()) <= 80:
        wrong["name"] = "Say what it is called, in up to 80 characters."
    if len(set(new.codes)) < 2 or len(new.codes) != len(set(new.codes)) or len(new.codes) > 12:
        wrong["codes"] = "A package is 2 to 12 different kinds of work."
    elif gone := [code for code in new.codes if code not in known]:
        wrong["codes"] = f"Not in the price book on that day: {', '.join(gone)}."
    if (new.price_cents is None) == (new.off_per_mille is None):
        wrong["price"] = "Write a price, or a percentage off: one of the two."
    if new.off_per_mille is not None and not 1 <= new.off_per_mille <= 1000:
        wrong["off"] = "Write a percentage from 0.1 to 100."
    if wrong:
        raise InvalidInput("Nothing was changed yet. Please look at this.", **wrong)


async def end_package(code: str, *, last: date, by: Actor) -> None:
    """Offer a package no longer after a last day."""
    async with transaction():
        check_manager(by)
        if last < await today_of(by.shop) - timedelta(days=1):
            raise InvalidInput("The past is not changed.", last="Choose yesterday, today or a later day.")
        versions = await package_versions(code, shop=by.shop)
        await end_on(PACKAGES, by.shop, versions[0]["code"], last)
        await record(
            "package_ended", shop=by.shop, by=by, code=versions[0]["code"], item=versions[0]["name"],
            last=last.isoformat(),
        )  # fmt: skip


async def call_off_package(version: int, *, by: Actor) -> str:
    """Take back a planned change of a package. Gives its code."""
    async with transaction():
        check_manager(by)
        code = await call_off(PACKAGES, by.shop, version, today=await today_of(by.shop))
        await record("package_called_off", shop=by.shop, by=by, code=code)
    return code
