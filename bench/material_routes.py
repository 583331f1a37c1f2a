"""Parts and metal used, weights in and out, and bags that go home: typed with few fields and a number pad."""

from typing import Any

from litestar import Request, Response, get, post

from bench.figures import milligrams
from bench.worksheet import worksheet
from workshop import money
from workshop.errors import InvalidInput
from workshop.record.bench.materials import (
    BAGS,
    COMMON,
    KINDS,
    METALS,
    NewBag,
    NewPart,
    bag,
    parts_of,
    strike_bag,
    strike_part,
    use_part,
    weigh,
)
from workshop.record.codes import new_token, tidy
from workshop.record.events import Actor
from workshop.web.auth import BENCH
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page

Req = Request[Any, Any, Any]


@get("/bench/{code:str}/material", opt={"access": BENCH})
async def show_material(request: Req, code: str, by: Actor, kind: str = "metal") -> Response[str]:
    """What went on, what came off, what the scale should show, what goes home in a bag."""
    return await _material_page(request, code, by, kind=kind)


async def _material_page(
    request: Req, code: str, by: Actor, *, kind: str = "metal", form: Form | None = None,
    errors: dict[str, str] | None = None, asked: str = "",
) -> Response[str]:  # fmt: skip
    sheet = await worksheet(tidy(code), by=by)
    parts = await parts_of(sheet.envelope.id)
    sees_cost = by.is_one_of("manager", "owner")
    return await page(
        request, "bench/material.html", status=422 if errors else 200, sheet=sheet, envelope=sheet.envelope,
        parts=parts, kind=kind if kind in KINDS else "metal", part_kinds=KINDS, bag_kinds=BAGS, common=COMMON,
        metals=METALS, errors=errors or {}, values=form.dict() if form else {}, asked=asked, sees_cost=sees_cost,
        cost=sum(part["cost_cents"] or 0 for part in parts), balance=sheet.now.balance, door="material",
        part_key=new_token(), bag_key=new_token(), weight_key=new_token(),
        usual_metal=sheet.piece["metal"] if sheet.piece["metal"] in METALS else "",
    )  # fmt: skip


@post("/bench/{code:str}/parts", opt={"access": BENCH}, status_code=200)
async def add_part(request: Req, code: str, by: Actor) -> Response[Any]:
    """Something was used, or metal came off."""
    form = await form_of(request)

    async def act() -> str:
        cost = form.text("cost")
        part = NewPart(
            form.text("kind"), form.text("what") or form.text("usual"), _count(form), form.text("metal"),
            milligrams(form), money.parse(cost, "cost") if cost else None,
        )  # fmt: skip
        await use_part(tidy(code), part, by=by)
        return f"/bench/{tidy(code)}/material?kind={part.kind}"

    return await _once(request, code, form, act, by, asked="part", flash="Written down.")


@post("/bench/{code:str}/weights", opt={"access": BENCH}, status_code=200)
async def add_weight(request: Req, code: str, by: Actor) -> Response[Any]:
    """What the scale shows, with words where it is not what it should be."""
    form = await form_of(request)

    async def act() -> str:
        moment = "in" if form.text("moment") == "in" else "out"
        await weigh(tidy(code), moment, milligrams(form), explanation=form.text("explanation"), by=by)
        return f"/bench/{tidy(code)}/material"

    return await _once(request, code, form, act, by, asked="weight", flash="Weighed.")


@post("/bench/{code:str}/bags", opt={"access": BENCH}, status_code=200)
async def add_bag(request: Req, code: str, by: Actor) -> Response[Any]:
    """Something of the customer's goes home in a bag."""
    form = await form_of(request)

    async def act() -> str:
        await bag(tidy(code), NewBag(form.text("kind"), form.text("what"), _count(form), milligrams(form)), by=by)
        return f"/bench/{tidy(code)}/material"

    return await _once(request, code, form, act, by, asked="bag", flash="Bagged. It is ticked when the piece leaves.")


def _count(form: Form) -> int:
    """One where nothing was typed; 0, which is refused, where it is no number."""
    return 1 if not form.text("count") else form.whole("count") or 0


async def _once(
    request: Req, code: str, form: Form, act: Any, by: Actor, *, asked: str, flash: str
) -> Response[Any]:
    try:
        return await act_once(request, form, act, flash=flash)
    except InvalidInput as error:
        kind = form.text("kind")
        return await _material_page(request, code, by, kind=kind, form=form, errors=error.fields, asked=asked)


@post("/bench/{code:str}/parts/{part:int}/strike", opt={"access": BENCH}, status_code=200)
async def take_part_out(request: Req, code: str, part: int, by: Actor) -> Response[Any]:
    """It was not used after all."""
    envelope = await strike_part(part, by=by)
    return go(request, f"/bench/{envelope.code}/material", flash="Taken out. The history keeps it.")


@post("/bench/{code:str}/bags/{bag_id:int}/strike", opt={"access": BENCH}, status_code=200)
async def take_bag_out(request: Req, code: str, bag_id: int, by: Actor) -> Response[Any]:
    """It was not bagged after all."""
    envelope = await strike_bag(bag_id, by=by)
    return go(request, f"/bench/{envelope.code}/material", flash="Taken out. The history keeps it.")


HANDLERS = [show_material, add_part, add_weight, add_bag, take_part_out, take_bag_out]
