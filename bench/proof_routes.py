"""The proof of an engraving: made and sent from the bench or the counter, answered on the customer's page or told."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from bench.worksheet import worksheet
from workshop.errors import InvalidInput, WorkshopError
from workshop.record.bench.engraving_proofs import answer_proof, proofs_of, send_proof
from workshop.record.codes import new_token, tidy
from workshop.record.events import Actor
from workshop.record.tickets.standing import envelope_by_code
from workshop.web.auth import COUNTER, STAFF
from workshop.web.forms import Form, act_once, form_of
from workshop.web.pages import page

Req = Request[Any, Any, Any]
HOW = [("phone", "On the phone"), ("counter", "At the counter")]


@get("/bench/{code:str}/proof", opt={"access": STAFF})
async def show_proof(request: Req, code: str, by: Actor) -> Response[str]:
    """The words in large letters, every version, and the customer's word."""
    return await _proof_page(request, code, by)


async def _proof_page(
    request: Req, code: str, by: Actor, *, form: Form | None = None, refused: WorkshopError | None = None
) -> Response[str]:
    sheet = await worksheet(tidy(code), by=by)
    errors = refused.fields if isinstance(refused, InvalidInput) else {}
    return await page(
        request, "bench/proof.html", status=refused.status if refused else 200, sheet=sheet, envelope=sheet.envelope,
        proofs=await proofs_of(sheet.envelope.id), errors=errors,
        trouble="" if errors or refused is None else refused.message, values=form.dict() if form else {},
        key=new_token(), answer_key=new_token(), how=HOW, door="proof",
        photos=[photo for photo in sheet.photos if photo["kind"] == "during"],
        may_answer=by.is_one_of("counter", "manager", "owner"), is_bench=by.is_one_of("bench", "manager", "owner"),
    )  # fmt: skip


@post("/bench/{code:str}/proof", opt={"access": STAFF}, status_code=200)
async def send(request: Req, code: str, by: Actor) -> Response[Any]:
    """Show it to the customer; the version before counts no more."""
    form = await form_of(request)

    async def act() -> str:
        photo = form.text("photo")
        await send_proof(tidy(code), note=form.text("note"), photo=UUID(photo) if photo else None, by=by)
        return f"/bench/{tidy(code)}/proof"

    return await _once(request, code, form, act, by, "Sent to the customer. They answer on their page.")


@post("/bench/{code:str}/proof/answers", opt={"access": COUNTER}, status_code=200)
async def told(request: Req, code: str, by: Actor) -> Response[Any]:
    """The customer told us their word."""
    form = await form_of(request)

    async def act() -> str:
        await envelope_by_code(tidy(code), shop=by.shop)
        await answer_proof(
            form.whole("proof") or 0, approve=form.text("word") == "approve", name=form.text("name"),
            how="counter" if form.text("how") == "counter" else "phone", answer=form.text("answer"), by=by,
        )  # fmt: skip
        return f"/bench/{tidy(code)}/proof"

    return await _once(request, code, form, act, by, "The customer's word is written down.")


async def _once(request: Req, code: str, form: Form, act: Any, by: Actor, flash: str) -> Response[Any]:
    try:
        return await act_once(request, form, act, flash=flash)
    except WorkshopError as error:
        return await _proof_page(request, code, by, form=form, refused=error)


HANDLERS = [show_proof, send, told]
