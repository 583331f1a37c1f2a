"""Things to test with, made by the real verbs."""

import base64
import io
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from PIL import Image, ImageDraw

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.record.codes import new_token
from workshop.record.customers.customers import NewCustomer
from workshop.record.events import Actor
from workshop.record.money.money_owed import sum_of
from workshop.record.money.payments import NewPayment
from workshop.record.pieces.pieces import NewPiece, NewStone
from workshop.record.prices.work import NewTask
from workshop.record.quality.quality import Check, pass_quality
from workshop.record.quality.quality_lists import lines_for
from workshop.record.quality.quality_measures import grams, wanted_of
from workshop.record.shop.shops import add_shop
from workshop.record.shop.staff import _open_session, actor_of, add_staff, make_token
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Shop, Staff, Ticket
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.handover import Collection, hand_over
from workshop.record.tickets.standing import envelope_by_code
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, take_in


@dataclass
class World:
    """One shop and its people."""

    shop: Shop
    staff: dict[str, Staff]

    def __getattr__(self, role: str) -> Actor:
        """`world.counter`, `world.bench`, `world.bench2`, `world.manager`, `world.owner`."""
        try:
            return actor_of(self.__dict__["staff"][role], "test")
        except KeyError:
            raise AttributeError(role) from None


async def open_world(**shop: Any) -> World:
    """A shop with one person per role, two at the bench. Nobody has a password (that takes time)."""
    async with transaction():
        row = await add_shop(name="Alder & Finch", code="HR", zone="America/New_York", **shop)
        staff = {
            key: await add_staff(shop=row.id, name=name, sign_in_name=key, roles=roles)
            for key, name, roles in [
                ("counter", "Noor Haddad", ["counter"]), ("bench", "Kai Lindqvist", ["bench"]),
                ("bench2", "Ines Duarte", ["bench"]), ("manager", "Maya Finch", ["manager"]),
                ("owner", "Theo Alder", ["owner"]),
            ]
        }  # fmt: skip
    return World(row, staff)


def a_ring(**more: Any) -> NewPiece:
    """A ring with thirteen diamonds."""
    stones = [NewStone("diamond", 1, shape="oval"), NewStone("diamond", 12, shape="round")]
    return NewPiece("ring", "Oval halo ring", "14k", "stamped", stones=stones, **more)


def a_new_ticket(
    *, pieces: int = 1, tasks: list[NewTask] | None = None, phone: str = "212 555 0111", **more: Any
) -> NewTicket:
    """Rosa Bennett brings rings to be sized."""
    work = tasks or [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"})]
    envelopes = [NewEnvelope(work, piece=a_ring()) for _ in range(pieces)]
    customer = NewCustomer("Bennett", "Rosa", phone)
    return NewTicket(**({"envelopes": envelopes, "customer": customer, "may_text": True} | more))


async def a_ticket(world: World, *, by: Actor | None = None, **more: Any) -> Ticket:
    """A ticket just taken in; by a manager where its price is off the book."""
    return await take_in(a_new_ticket(**more), by=by or world.counter)


async def an_envelope(world: World, stage: Stage = Stage.RECEIVED, **more: Any) -> Envelope:
    """An envelope at a stage of the straight path, brought there by the real verbs."""
    ticket = await a_ticket(world, **more)
    code = await fetch_value("SELECT code FROM envelope WHERE ticket = $1 ORDER BY place_no", ticket.id)
    for reached, step in (
        (Stage.AT_BENCH, lambda: start_work(code, by=world.bench)),
        (Stage.QUALITY_CHECK, lambda: finish_work(code, by=world.bench)),
        (Stage.READY_FOR_PICKUP, lambda: passed(code, world)),
        (Stage.PICKED_UP, lambda: handed_over(ticket, [code], world)),
    ):
        if list(Stage).index(reached) > list(Stage).index(stage):
            break
        await step()
    return await envelope_by_code(code, shop=world.shop.id)


async def passed(code: str, world: World) -> Envelope:
    """Quality check done properly by another colleague."""
    envelope = await envelope_by_code(code, shop=world.shop.id)
    await a_photo_row(envelope.code, world, kind="after")
    lines = [line.words for line in await lines_for(envelope)]
    wanted = await wanted_of(envelope)
    measured = {"size": wanted.size, "weight": grams(wanted.expected)}
    return await pass_quality(code, Check(lines, envelope.stone_count, measured=measured), by=world.bench2)


async def handed_over(ticket: Ticket, codes: list[str], world: World, **more: Any) -> list[Envelope]:
    """Paid, signed and collected by the customer."""
    ids = [(await envelope_by_code(code, shop=world.shop.id)).id for code in codes]
    due = (await sum_of(ticket)).due_for(ids)
    name = await fetch_value("SELECT first_name || ' ' || last_name FROM customer WHERE id = $1", ticket.customer)
    payment = NewPayment(due, "cash") if due else None
    return await hand_over(ticket, Collection(codes, name, a_signature(), payment=payment, **more), by=world.counter)


async def a_photo_row(code: str, world: World, kind: str = "take_in") -> uuid.UUID:
    """A stored photo as far as the record knows."""
    photo = uuid.uuid4()
    await fetch(
        """INSERT INTO photo (id, shop, envelope_code, kind, state, key, thumb_key, original_sha256, taken_at)
           VALUES ($1, $2, $3, $4, 'stored', $5, $5, $5, $6)""",
        photo, world.shop.id, code, kind, "0" * 64, clock.now(),
    )  # fmt: skip
    return photo


def a_signature() -> str:
    """A drawn line as the page sends it."""
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(10, 80), (120, 20), (280, 70)], fill=(20, 20, 40, 255), width=4)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def a_jpeg(width: int = 1200, height: int = 900, colour: str = "goldenrod") -> bytes:
    """A plain photo file."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


async def sign_in(client: httpx.AsyncClient, staff: Staff) -> None:
    """Sign somebody in without the time a password takes; the client then carries session and token."""
    async with transaction():
        token = await _open_session(staff, None)
    client.cookies.set("session", token)
    answer = await client.get("/switch")
    assert answer.status_code < 500
    client.headers["X-CSRFToken"] = client.cookies["csrf"]


async def api_token(world: World, role: str = "counter") -> str:
    """A bearer token of a role."""
    return await make_token(shop=world.shop.id, name=f"till {new_token()[:6]}", kind="api", role=role)


def some_day() -> date:
    """A day far enough for any promise, and open."""
    return date(2031, 3, 4)
