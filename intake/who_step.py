"""Who brings it: found or new; and the fields of every step, saved as they are typed."""

from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response, get, post

from intake.draft_fields import Data, piece_at
from intake.draft_saving import Typing, save_typing
from intake.drafts import changing, open_draft, read_draft, throw_away, ticket_of_draft
from intake.frame import frame_of
from workshop.errors import InvalidInput
from workshop.record.customers.customers import customer_by_id, normalise_phone
from workshop.record.customers.duplicates import REASONS, known_already
from workshop.record.customers.search import search
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.web.auth import COUNTER
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import go, page


@get("/intake/new", opt={"access": COUNTER})
async def begin(request: Request[Any, Any, Any]) -> Response[str]:
    """The first question, before anything is kept: who brings it?"""
    chosen = request.query_params.get("customer", "")
    customer = await customer_by_id(int(chosen)) if chosen.isdigit() else None
    return await page(request, "intake/begin.html", customer=customer, key=uuid4())


@post("/intake", opt={"access": COUNTER}, status_code=200)
async def start(request: Request[Any, Any, Any], by: Actor) -> Response[Any]:
    """Open a draft, for a known customer if one was chosen."""
    form = await form_of(request)
    customer = form.whole("customer")
    if customer is not None:
        await customer_by_id(customer)

    async def act() -> str:
        draft = await open_draft(by=by, customer=customer, typed={} if customer else _typed(form.text("person")))
        return f"/intake/{draft}/piece/1" if customer else f"/intake/{draft}"

    # What was looked for is no part of the act: coming back to type it better is not a second one.
    asked = Form([("idempotency_key", form.text("idempotency_key")), ("customer", form.text("customer"))])
    return await act_once(request, asked, act)


def _typed(person: str) -> Data:
    """What was looked for and not found, so that nobody types it twice: a phone, or first and last name."""
    if not any(letter.isalpha() for letter in person):
        return {"phone": person[:40]} if person else {}
    first, _, last = person.rpartition(" ")
    return {"first_name": first.strip().title()[:60] if first.islower() else first.strip()[:60],
            "last_name": last.title()[:60] if last.islower() else last[:60]}  # fmt: skip


@get("/intake/{draft:uuid}", opt={"access": COUNTER})
async def show_who(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Who brings it: found or new."""
    if number := await ticket_of_draft(draft, shop=by.shop):
        return go(request, f"/tickets/{number}")
    data = await read_draft(draft, shop=by.shop)
    return await page(request, "intake/who.html", **await frame_of(data, draft, by, "who"))


@get("/intake/people", opt={"access": COUNTER})
async def find_people(request: Request[Any, Any, Any], by: Actor) -> Response[str]:
    """People who match what is being typed, to tap instead of typing on."""
    words = request.query_params
    draft = words.get("draft", "")
    asked = words.get("person") or words.get("last_name") or words.get("phone") or ""
    known = await _known(words, by) if draft else []
    found = await search(asked, shop=by.shop)
    told = {person["id"] for person in known}
    people = [person for household in found for person in household.people if person["id"] not in told]
    return await page(
        request, "intake/_people.html", known=known, people=people[: 6 - len(known)], draft=draft, asked=asked
    )


async def _known(words: Any, by: Actor) -> list[dict[str, Any]]:
    """Who is being written down may be known already, under a name that is nearly this."""
    try:
        number = normalise_phone(words.get("phone", ""))
    except InvalidInput:  # not all of it typed yet
        number = ""
    first, last, email = (words.get(name, "").strip() for name in ("first_name", "last_name", "email"))
    known = await known_already(first, last, number=number, email=email, shop=by.shop)
    return [person | {"words": ", ".join(REASONS[one] for one in person["reasons"])} for person in known]


@post("/intake/{draft:uuid}/customer", opt={"access": COUNTER}, status_code=200)
async def choose_customer(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Take a known customer, or let go of one."""
    form = await form_of(request)
    customer = form.whole("customer")
    if customer is not None:
        await customer_by_id(customer)

    async with changing(draft, by=by) as held:
        if held.data.get("customer_id") != customer:
            for piece in held.data["pieces"]:
                piece.pop("piece_id", None)
        held.data["customer_id"] = customer
    return go(request, f"/intake/{draft}/piece/1" if customer else f"/intake/{draft}")


@post("/intake/{draft:uuid}/save", opt={"access": COUNTER}, status_code=200)
async def save_fields(
    request: Request[Any, Any, Any], draft: UUID, by: Actor, code: str = "", piece: int | None = None
) -> Response[dict[str, Any]]:
    """Keep fields as they are typed: of the visit, or of a piece by its code or place (JSON out, for autosave.js).

    What cannot be kept at all (a card number) is refused and named, 422 if nothing else was sent with it.
    """
    form = await form_of(request)
    if piece is not None:
        code = piece_at(await read_draft(draft, shop=by.shop), piece - 1)["code"]
    names = [name for name in form.dict() if not name.startswith("_")]
    typing = Typing(
        {name: form.texts(name) for name in names}, code, form.whole("_base"), form.text("_tab")[:40],
        insist=form.ticked("_insist"), order=_order(form.text("_order")),
    )  # fmt: skip
    saved = await save_typing(draft, typing, by=by, zone=(await shop_of(by.shop)).zone)
    is_refused = bool(saved.refused) and len(saved.refused) == len(names)
    detail = next(iter(saved.refused.values()), "")
    told = asdict(saved) | {"detail": detail, "errors": saved.errors | saved.refused}
    return Response(told, status_code=422 if is_refused else 200)


def _order(text: str) -> dict[str, int]:
    """Which of its typings a tab sends, by field; nothing if it does not say."""
    try:
        told = msgspec.json.decode(text, type=dict[str, int]) if text else {}
    except msgspec.MsgspecError:
        return {}
    return told


@post("/intake/{draft:uuid}/throw-away", opt={"access": COUNTER}, status_code=200)
async def forget(request: Request[Any, Any, Any], draft: UUID, by: Actor) -> Response[Any]:
    """Forget this take-in (asked twice)."""
    await throw_away(draft, by=by)
    return go(request, "/", flash="The take-in was thrown away.")


handlers = [begin, start, show_who, find_people, choose_customer, save_fields, forget]
