"""How the shop is set up: named groups of settings, each on a page of its own, each change remembered."""

from typing import Any
from uuid import uuid4

from litestar import Request, Response, get, post

from workshop import clock
from workshop.desk.shop_settings import GROUPS, Group
from workshop.desk.shop_settings.hours import promised_while_closed, usual_holidays
from workshop.errors import Forbidden, InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.shop.shop_changes import COLUMNS, change_shop, plain, shop_history
from workshop.record.shop.shops import shop_of
from workshop.record.tables import Shop
from workshop.web.auth import MANAGER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]


@get("/desk/shop", opt={"access": MANAGER})
async def show_shop(request: Req, by: Actor) -> Response[str]:
    """Every group with how it stands."""
    shop = await shop_of(by.shop)
    groups = [(group, _told(group, shop), _may_change(group, by)) for group in GROUPS]
    trouble = await promised_while_closed(shop)
    return await page(request, "desk/shop.html", shop=shop, groups=groups, trouble=trouble)


@get("/desk/shop/{slug:str}", opt={"access": MANAGER})
async def show_group(request: Req, slug: str, by: Actor) -> Response[str]:
    """One group to change."""
    return await _group_page(request, _group(slug, by), by)


@post("/desk/shop/{slug:str}", opt={"access": MANAGER}, status_code=200)
async def save_group(request: Req, slug: str, by: Actor) -> Response[Any]:
    """Keep what was typed. A refused form comes back as it was typed, the reasons beside the fields."""
    group, form = _group(slug, by), await form_of(request)
    if form.text("add") == "holidays":
        return await _group_page(request, group, by, form=form, holidays=True)
    try:
        new = group.read(form, await shop_of(by.shop))

        async def act() -> str:
            await change_shop(new, group=group.slug, by=by, owner_only=group.owner_only)
            return f"/desk/shop#{group.slug}"

        answer = await act_once(request, form, act, flash=f"{group.title}: saved.")
    except InvalidInput as error:
        return await _group_page(request, group, by, form=form, errors=error.fields or {"form": error.message})
    return answer


def _group(slug: str, by: Actor) -> Group:
    group = next((one for one in GROUPS if one.slug == slug), None)
    if group is None:
        raise NotFound("There is no such group of settings.")
    if not _may_change(group, by):
        raise Forbidden("These settings are the owner's. Ask the owner to change them.")
    return group


def _may_change(group: Group, by: Actor) -> bool:
    return by.is_one_of("owner") or not group.owner_only


def _told(group: Group, shop: Shop) -> list[tuple[str, str]]:
    return [(one.label, one.kind.say(plain(one.name, getattr(shop, one.name)))) for one in group.fields]


async def refused_group(request: Req, slug: str, by: Actor, errors: dict[str, str]) -> Response[str]:
    """A group's page saying what was wrong with something sent beside its fields."""
    return await _group_page(request, _group(slug, by), by, errors=errors)


async def _group_page(
    request: Req, group: Group, by: Actor, *, form: Form | None = None, errors: dict[str, str] | None = None,
    holidays: bool = False,
) -> Response[str]:  # fmt: skip
    shop = await shop_of(by.shop)
    values = {
        one.name: one.kind.typed(form, one.name) if form else one.kind.box(plain(one.name, getattr(shop, one.name)))
        for one in group.fields
    }
    if holidays:
        values["closed_days"] = usual_holidays(clock.today(shop.zone)) | values["closed_days"]
    return await page(
        request, "desk/shop_group.html", status=422 if errors else 200, shop=shop, group=group, values=values,
        errors=errors or {}, key=(form and form.text("idempotency_key")) or uuid4().hex,
        changes=[_change(group, row) for row in await shop_history(by.shop, group.slug)],
    )  # fmt: skip


def _change(group: Group, row: dict[str, Any]) -> dict[str, Any]:
    """One remembered change in words: `Bench done before: 1 open days → 2 open days`."""
    told = []
    for one in group.fields:
        if one.name in row["after"]:
            told.append((one.label, one.kind.say(row["before"][one.name]), one.kind.say(row["after"][one.name])))
    version = row["after"].get("policy_version")
    return {"at": row["at"], "who": row["who"], "told": told, "version": version}


assert all(one.name in COLUMNS for group in GROUPS for one in group.fields), "a setting names no column of the shop"
handlers = [show_shop, show_group, save_group]
