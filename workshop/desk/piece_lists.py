"""The rows behind each of the desk's numbers, as a page to act on and as a file."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Request, Response, get

from workshop import clock
from workshop.desk.csv_files import csv_file
from workshop.desk.lists import ALL, LISTS, PAGE, DeskList, Sieve, reasons_of, rows_of
from workshop.errors import NotFound
from workshop.record.alarms.bulk_acts import ACTS
from workshop.record.events import Actor
from workshop.record.promises.capacity import people_of
from workshop.record.shop.shops import shop_of
from workshop.record.stages import HOLD_REASONS, WORDS, Stage
from workshop.record.trade import FAIL_REASONS, KINDS
from workshop.web.auth import MANAGER
from workshop.web.forms import Form
from workshop.web.pages import page

Req = Request[Any, Any, Any]
WITH_REASONS = ("hold", "redo", "failed", "ready")
COLUMNS = ("Number", "Piece", "Stage", "Since", "Promised", "Rush", "Colleague", "Place", "Note")


@get("/desk/pieces/{slug:str}", opt={"access": MANAGER})
async def show_list(
    request: Req, slug: str, by: Actor, person: int | None = None, day: date | None = None, reason: str = "",
    place: str = "", week: date | None = None, after: str = "",
) -> Response[str]:  # fmt: skip
    """The pieces of one list, to look at and to act on."""
    return await list_page(request, list_of(slug), Sieve(person, day, reason, place, week), by, after=after)


@get("/desk/pieces/{slug:str}/file", opt={"access": MANAGER})
async def give_file(
    slug: str, by: Actor, person: int | None = None, day: date | None = None, reason: str = "", place: str = "",
    week: date | None = None,
) -> Response[bytes]:  # fmt: skip
    """The whole list as CSV."""
    one, shop = list_of(slug), await shop_of(by.shop)
    rows = await rows_of(shop, one, Sieve(person, day, reason, place, week), limit=ALL)
    say = saying(one)
    lines = [
        (
            row["number"], row["description"] or KINDS[row["kind"]][0], WORDS[Stage(row["stage"])].label,
            f"{clock.local(row['stage_since'], shop.zone):%Y-%m-%d}", row["promise_on"].isoformat(),
            "rush" if row["is_rush"] else "", row["jeweler_name"] or "", row["location"], say(row["note"] or ""),
        )
        for row in rows
    ]  # fmt: skip
    return csv_file(f"{slug}-{clock.today(shop.zone).isoformat()}.csv", [COLUMNS, *lines])


def list_of(slug: str) -> DeskList:
    """The list of that name. Raises NotFound."""
    if slug not in LISTS:
        raise NotFound("There is no such list on the desk.")
    return LISTS[slug]


def saying(one: DeskList) -> Callable[[str], str]:
    """How the note of a list is said: the shop's words for a reason."""
    words = HOLD_REASONS if one.slug == "hold" else FAIL_REASONS if one.slug in ("redo", "failed") else {}
    return lambda note: words.get(note, note)


async def list_page(
    request: Req, one: DeskList, sieve: Sieve, by: Actor, *, after: str = "", form: Form | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    """The page of a list; refused acts show it again with everything as it was ticked and typed."""
    shop = await shop_of(by.shop)
    rows = await rows_of(shop, one, sieve, after=_place(after))
    people = [person for person in await people_of(shop) if person.id]
    reasons = await reasons_of(shop, one, saying(one)) if one.slug in WITH_REASONS else []
    asked = [(name, getattr(sieve, name)) for name in ("person", "day", "reason", "place", "week")]
    return await page(
        request, "desk/pieces.html", status=422 if errors else 200, shop=shop, list=one, rows=rows, sieve=sieve,
        say=saying(one), reasons=reasons, choices=[(p.id, p.name) for p in people], errors=errors or {}, acts=ACTS,
        who=next((p.name for p in people if p.id == sieve.person), "Nobody yet" if sieve.person == 0 else ""),
        more=f"{rows[-1]['promise_on'].isoformat()}.{rows[-1]['id']}" if len(rows) == PAGE else "",
        query=urlencode([(name, value) for name, value in asked if value not in (None, "")]),
        ticked=set(form.texts("piece")) if form else set(), typed=form.dict() if form else {},
        key=uuid4().hex, refused=form.text("act") if form and errors and "pieces" not in errors else "",
    )  # fmt: skip


def day_in(typed: str) -> date | None:
    """The day that was written, if it is one."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _place(after: str) -> tuple[date, int] | None:
    """Where a page begins; the beginning for anything else."""
    day, _, number = after.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


handlers = [show_list, give_file]
