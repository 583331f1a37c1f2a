"""Every role, every GET route, every field: who may be shown what, found out by planting marks in all rows.

The routes come from the router and the fields from the database, so a new page or column is looked at without being
written here. What a role may see that nobody decided on yet fails, with the route and the field.
"""

import re
from collections.abc import Callable

import httpx
import pytest
from litestar import Litestar

from tests.factories import World, api_token, sign_in
from tests.full_shop import ESTIMATED, fill_every_table
from tests.planting import Planted, plant
from tests.reading import without_codes
from tests.walking import Look, Walk
from workshop.db import fetch, fetch_value
from workshop.record.codes import link_token
from workshop.record.money.money_owed import sum_of
from workshop.record.secret import secret_key
from workshop.record.shop.staff import make_token
from workshop.record.tables import Ticket

pytestmark = pytest.mark.anyio

# What the door of the shop says of it.
SHOP = ["shop.name", "shop.phone", "shop.address", "shop.map_url"]
# The thing on the bench and what is to be done to it: no person but the colleagues, no amount, no private word.
WORK = [
    "piece.*", "piece_mark.*", "stone.*", "envelope.customer_says", "task.name", "price_item.name",
    "customer.allergies", "used_part.what", "return_bag.what", "work_span.reason", "engraving_proof.note",
    "engraving_proof.answer", "alarm.*",
    # Where it goes, and what the count and the other shop found out: everybody counts, packs and looks.
    "vendor.name", "vendor.trade", "night_count.note", "night_line.explanation", "transfer.carrier", "transfer.note",
    "transfer_piece.explanation",
]  # fmt: skip
NOBODY = ["staff.password_hash", "staff.pin_hash"]

MAY_SEE: dict[str, list[str]] = {
    "nobody": SHOP,
    "display": [*SHOP, "staff.name", "access_token.view_skill"],
    "bench": [*SHOP, *WORK, "staff.name", "staff.alarm_email"],
    "link": SHOP,
    "opened link": [
        *SHOP, "shop.policy_text", "piece.description", "task.name", "task.price_cents", "estimate.subtotal_cents",
        "estimate.tax_cents", "estimate.total_cents", "estimate.note", "estimate.lines", "ticket.deposit_cents",
        "ticket.total", "ticket.tax", "ticket.balance", "payment.amount_cents", "engraving_proof.note",
        "engraving_proof.answer",
    ],
}  # fmt: skip
# The counter sees what it needs to serve, the desk everything; these are not for the counter.
NOT_FOR_COUNTER = [
    *NOBODY, "task.piecework_cents", "shop.insured_limit_cents", "price_item.note", "price_package.note",
    "day_off.note", "drawer_day.expected_cents",
]  # fmt: skip


def allows(fields: list[str]) -> Callable[[str], bool]:
    """Whether a field is in a list of fields and tables (`piece.*`)."""
    return lambda name: name in fields or f"{name.split('.')[0]}.*" in fields


@pytest.fixture
async def planted(shop: World) -> Planted:
    """A shop with marks in all its rows."""
    await fill_every_table(shop)
    planted = await plant()
    planted.amounts[ESTIMATED] = "estimate.lines"
    for ticket in await Ticket.objects():
        money = await sum_of(ticket)
        planted.amounts |= {money.total: "ticket.total", abs(money.balance): "ticket.balance", money.tax: "ticket.tax"}
    return planted


async def shown(walk: Walk, planted: Planted, *more: str, **known: list[str]) -> dict[str, set[str]]:
    """The fields each route showed."""
    found: dict[str, set[str]] = {}
    async for look in walk.looks(*more, **known):
        assert look.status < 500, (look.url, look.words)
        found.setdefault(look.route, set()).update(planted.in_words(_words(look)))
    return found


def _words(look: Look) -> str:
    # An address to follow says what its page will say; codes may hold any digits by chance.
    return without_codes(re.sub(r"zqx(\d{4})r(\d+)xqz", r" zqx\1r\2xqz ", look.words, flags=re.IGNORECASE))


def beyond(found: dict[str, set[str]], may: Callable[[str], bool]) -> list[tuple[str, str]]:
    return sorted((route, name) for route, names in found.items() for name in names if not may(name))


async def walk_as(app: Litestar, client: httpx.AsyncClient, shop: World, role: str) -> Walk:
    walk = Walk(app, client, role)
    await sign_in(client, shop.staff[role])
    walk.bearer = {"Authorization": f"Bearer {await api_token(shop, role)}"}
    return walk


async def searches() -> list[str]:
    """What the box may be asked."""
    rows = await fetch(
        """SELECT c.last_name, c.first_name, p.number, k.number AS ticket, v.number AS envelope FROM ticket k
           JOIN customer c ON c.id = k.customer JOIN phone p ON p.customer = c.id JOIN envelope v ON v.ticket = k.id
           ORDER BY k.id LIMIT 1"""
    )
    asked = [str(value)[:9] for value in rows[0].values()] + [rows[0]["number"][-4:], "rosebud@", "75487"]
    return [f"{path}?q={text}".replace("+", "%2B") for path in ("/search", "/api/search") for text in asked]


async def test_the_bench_sees_the_piece_and_its_work_and_nobody_behind_it(
    app: Litestar, client: httpx.AsyncClient, shop: World, planted: Planted
) -> None:
    walk = await walk_as(app, client, shop, "bench")
    found = await shown(walk, planted, *await searches())
    assert beyond(found, allows(MAY_SEE["bench"])) == []
    assert {"piece.serial", "task.name", "envelope.customer_says"} <= set().union(*found.values())  # marks do show
    assert len(walk.unanswered()) < len(walk.paths) / 2, walk.unanswered()


@pytest.mark.parametrize(("role", "hidden"), [("counter", NOT_FOR_COUNTER), ("owner", NOBODY)])
async def test_the_counter_and_the_desk_see_no_more_than_they_should(
    app: Litestar, client: httpx.AsyncClient, shop: World, planted: Planted, role: str, hidden: list[str]
) -> None:
    walk = await walk_as(app, client, shop, role)
    found = await shown(walk, planted, *await searches())
    assert beyond(found, lambda name: name not in hidden) == []
    everything = set().union(*found.values())
    assert {"customer.last_name", "phone.number", "email_address.address", "customer.birthday", "ticket.note",
            "envelope.declared_value_cents", "task.price_cents", "message.body"} <= everything  # fmt: skip
    assert len(walk.unanswered()) < len(walk.paths) / 4, walk.unanswered()


async def test_a_stranger_and_the_wall_see_the_shop_and_no_customer(
    app: Litestar, client: httpx.AsyncClient, shop: World, planted: Planted
) -> None:
    stranger = await shown(Walk(app, client, "nobody"), planted)
    assert beyond(stranger, allows(MAY_SEE["nobody"])) == []
    display = await make_token(shop=shop.shop.id, name="TV", kind="display")
    walk = Walk(app, client, "nobody")
    wall = await shown(walk, planted, token=[display])
    assert beyond(wall, allows(MAY_SEE["display"])) == []
    assert walk.answered["/wall/{token:str}/board"]


async def test_a_link_tells_more_once_it_is_opened_and_never_another_persons(
    app: Litestar, client: httpx.AsyncClient, shop: World, planted: Planted
) -> None:
    rows = await fetch("SELECT number FROM ticket ORDER BY id DESC LIMIT 2")  # one with an estimate, one gone home
    tokens = {row["number"]: link_token(secret_key(), row["number"]) for row in rows}
    closed = await shown(Walk(app, client, "nobody"), planted, token=list(tokens.values()))
    assert beyond(closed, allows(MAY_SEE["link"])) == []
    await fetch("DELETE FROM attempt")  # a customer does not look at two links twenty times a minute
    await client.get("/sign-in")
    client.headers["X-CSRFToken"] = client.cookies["csrf"]
    for token in tokens.values():
        answer = await client.post(f"/t/{token}/open", data={"digits": "0188"})
        assert answer.status_code < 400, answer.text
    looks = [look async for look in Walk(app, client, "nobody").looks(token=list(tokens.values()))]
    opened = {look.url: planted.in_words(_words(look)) for look in looks}
    assert beyond(opened, allows(MAY_SEE["opened link"])) == []
    for number, token in tokens.items():
        words = " ".join(look.words for look in looks if look.url.startswith(f"/t/{token}"))
        assert "piece.description" in planted.in_words(words), number
        theirs = await fetch_value(
            """SELECT array_agg(p.description) FROM piece p WHERE NOT EXISTS (SELECT FROM envelope v
               JOIN ticket k ON k.id = v.ticket WHERE v.piece = p.id AND k.number = $1)""",
            number,
        )
        assert [one for one in theirs if one in words] == [], number
