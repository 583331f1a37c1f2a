"""The gate at the desk: its lists by kind of piece and by work, what it sent back, and the proof of history."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from workshop import clock
from workshop.db import fetch
from workshop.desk.csv_files import csv_file
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.proof.proof import prove
from workshop.record.quality.quality_lists import change_list, list_of, lists_of, standard_lines, versions_of_list
from workshop.record.quality.redo import PERIODS, redo_by_kind, redo_by_maker, redo_by_reason, redo_rows, since
from workshop.record.shop.shops import shop_of
from workshop.record.trade import FAIL_REASONS, KINDS
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


def _moment(at: datetime, zone: str) -> str:
    here = clock.local(at, zone)
    return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"


async def _moments(by: Actor) -> partial[str]:
    return partial(_moment, zone=(await shop_of(by.shop)).zone)


@get("/desk/quality", opt={"access": MANAGER})
async def show_lists(request: Req, by: Actor) -> Response[str]:
    """Every list as it holds now: kinds of piece first, then works with lines of their own."""
    lists, works = await lists_of(by.shop), await _works(by.shop)
    kinds = [(kind, word, icon, lists[kind, ""]) for kind, (word, icon) in KINDS.items() if (kind, "") in lists]
    own = [(task, works.get(task, task), one) for (_, task), one in sorted(lists.items()) if task and one.lines]
    rest = [(task, name) for task, name in works.items() if task not in {done for done, _, _ in own}]
    return await page(request, "desk/quality_lists.html", kinds_of=kinds, works=own, rest=rest)


async def _works(shop: int) -> dict[str, str]:
    rows = await fetch("SELECT code, name FROM price_item WHERE shop = $1 AND active_to IS NULL ORDER BY code", shop)
    return {row["code"]: row["name"] for row in rows if row["code"] != "XX-RUSH"}


@get("/desk/quality/list", opt={"access": MANAGER})
async def show_list(request: Req, by: Actor, kind: str = "", task: str = "") -> Response[str]:
    """One list to change, and its earlier versions."""
    return await _list_page(request, by, kind, task.upper())


async def _list_page(
    request: Req, by: Actor, kind: str, task: str, *, form: Form | None = None, errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    works = await _works(by.shop)
    if (kind not in KINDS) if kind else (task not in works):
        raise NotFound("There is no such list. Choose a kind of piece or a line of the price book.")
    now = await list_of(by.shop, kind=kind, task=task)
    return await page(
        request, "desk/quality_list.html", status=status, now=now, kind=kind, task=task,
        title=KINDS[kind][0] if kind else f"{works.get(task, task)} ({task})", key=uuid4().hex, errors=errors or {},
        text=form.text("lines") if form else "\n".join(now.lines), standard=standard_lines(kind, task),
        versions=await versions_of_list(by.shop, kind=kind, task=task), moment=await _moments(by),
    )  # fmt: skip


@post("/desk/quality/list", opt={"access": MANAGER}, status_code=200)
async def save_list(request: Req, by: Actor) -> Response[Any]:
    """Let a list read so from the next check on."""
    form = await form_of(request)
    kind, task = form.text("kind"), form.text("task").upper()

    async def act() -> str:
        await change_list(form.text("lines").splitlines(), kind=kind, task=task, base=form.whole("base"), by=by)
        return "/desk/quality"

    try:
        return await act_once(request, form, act, flash="Saved. Checks from now on use it.")
    except (InvalidInput, Conflict) as error:
        errors = getattr(error, "fields", {}) or {"lines": error.message}
        return await _list_page(request, by, kind, task, form=form, errors=errors, status=error.status)


@get("/desk/redo", opt={"access": MANAGER})
async def show_redo(
    request: Req, by: Actor, days: int = 90, maker: int | None = None, reason: str = "", kind: str = ""
) -> Response[str]:
    """What the gate sent back; every number opens its pieces."""
    shop, days = await shop_of(by.shop), days if days in PERIODS else 90
    start = since(shop, days)
    makers = await redo_by_maker(by.shop, start)
    return await page(
        request, "desk/redo.html", shop=shop, periods=PERIODS, days=days, makers=makers, reasons=FAIL_REASONS,
        by_reason=await redo_by_reason(by.shop, start), by_kind=await redo_by_kind(by.shop, start),
        rows=await redo_rows(by.shop, start, maker=maker, reason=reason, kind=kind), maker=maker, reason=reason,
        kind=kind, who=next((one["name"] for one in makers if (one["maker"] or 0) == maker), ""),
        moment=partial(_moment, zone=shop.zone),
        checks=sum(one["checks"] for one in makers), failed=sum(one["failed"] for one in makers),
    )  # fmt: skip


@get("/desk/redo.csv", opt={"access": MANAGER})
async def download_redo(by: Actor, days: int = 90) -> Response[bytes]:
    """Every piece sent back, as a table for a spreadsheet."""
    shop, days = await shop_of(by.shop), days if days in PERIODS else 90
    head = ("sent back", "envelope", "kind", "piece", "work", "work by", "checked by", "reason", "note")
    lines = []
    for row in await redo_rows(by.shop, since(shop, days)):
        at = clock.local(row["closed_at"], shop.zone)
        told = [row[name] or "" for name in ("number", "kind", "description", "work", "maker", "checker")]
        why = FAIL_REASONS.get(row["reason"], row["reason"])
        lines.append((f"{at:%Y-%m-%d %H:%M}", *told, why or "", row["note"] or ""))
    return csv_file(f"sent-back-{days}-days.csv", [head, *lines])


@get("/desk/proof", opt={"access": MANAGER})
async def show_proof(request: Req, by: Actor) -> Response[str]:
    """Whether history is as it was written, every proof that was made, and a way to prove it now."""
    rows = await fetch(
        """SELECT c.*, s.name AS staff_name FROM chain_check c LEFT JOIN staff s ON s.id = c.staff
           WHERE c.shop = $1 ORDER BY c.id DESC LIMIT 30""",
        by.shop,
    )
    return await page(request, "desk/proof.html", rows=rows, moment=await _moments(by))


@post("/desk/proof", opt={"access": MANAGER}, status_code=200)
async def prove_now(request: Req, by: Actor) -> Response[Any]:
    """Walk the whole history now."""
    found = await prove(by.shop, by=by)
    told = f"{found.links} events and {found.checks} passed checks: all as they were written."
    return go(request, "/desk/proof", flash=told if not found.faults else "History is not as it was written.")


handlers = [show_lists, show_list, save_list, show_redo, download_redo, show_proof, prove_now]
