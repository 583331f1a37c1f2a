"""Each shop's papers come out in that shop, and money opens the drawer it falls into."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from printing.addresses import address_of
from printing.drawer import open_drawer
from tests.factories import World, a_ticket, sign_in
from tests.printing.shop_printers import url_of, work_off
from tests.printing.tcp_printer import TcpPrinter
from tests.test_other_shop import open_other_shop
from workshop.db import fetch, fetch_value
from workshop.record.money.drawers import add_drawer, set_drawer_printer, use_drawer
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.shop.staff import device_of, enrol_device

pytestmark = pytest.mark.anyio
PULSE = b"\x1bp"
SetPrinter = Callable[..., None]


async def pay_and_kick(world: World, by_device: int | None = None) -> None:
    by = replace(world.counter, device=by_device)
    await take_payment(await a_ticket(world), NewPayment(1_000, "cash"), by=by)
    await open_drawer(await fetch_value("SELECT max(id) FROM drawer_kick"))


async def test_the_first_shops_printer_gets_no_other_shops_paper_and_no_kick(
    world: World, set_printer: SetPrinter
) -> None:
    other = await open_other_shop()
    async with TcpPrinter() as ours, TcpPrinter() as theirs:
        set_printer(label=url_of(ours), receipt=url_of(ours))
        await a_ticket(other)
        await pay_and_kick(other)
        assert await work_off() == 4  # on the screen only: that shop has named no printer
        assert ours.connections == 0
        assert {row["state"] for row in await fetch("SELECT state FROM print_job")} == {"previewed"}
        await fetch("UPDATE shop SET label_printer = $2, receipt_printer = $2 WHERE id = $1", other.shop.id,
                    url_of(theirs))  # fmt: skip
        await a_ticket(other)
        await pay_and_kick(other)
        await work_off()
        assert bytes(theirs.received).count(PULSE) == 1 and theirs.document
        assert ours.connections == 0
    assert await address_of(world.shop.id, "label") != await address_of(other.shop.id, "label")


async def test_what_is_paid_at_the_back_counter_opens_the_drawer_at_the_back(
    world: World, set_printer: SetPrinter
) -> None:
    async with TcpPrinter() as front, TcpPrinter() as back:
        set_printer(receipt=url_of(front))
        await add_drawer("Back counter", by=world.manager)
        drawer = await fetch_value("SELECT id FROM drawer WHERE name = 'Back counter'")
        await set_drawer_printer(drawer, url_of(back), by=world.owner)
        station = await device_of(await enrol_device(world.staff["counter"], "Back"))
        assert station is not None
        await use_drawer(drawer, device=station.id, by=replace(world.counter, device=station.id))
        await pay_and_kick(world, station.id)
        assert (bytes(front.received).count(PULSE), bytes(back.received).count(PULSE)) == (0, 1)
        await pay_and_kick(world)
        assert (bytes(front.received).count(PULSE), bytes(back.received).count(PULSE)) == (1, 1)


async def test_the_owner_names_the_shops_printers_and_no_file_of_the_machine(
    client: httpx.AsyncClient, shop: World
) -> None:
    await sign_in(client, shop.staff["owner"])
    good = {"label_printer": "tcp://192.168.1.50:9100", "receipt_printer": ""}
    for wrong in ("file:///etc/passwd", "tcp://", "printer on the desk"):
        refused = await client.post("/desk/shop/printers", data=good | {"receipt_printer": wrong})
        assert refused.status_code == 422 and "192.168.1.50" in refused.text
    assert (await client.post("/desk/shop/printers", data=good)).status_code == 303
    assert await address_of(shop.shop.id, "label") == "tcp://192.168.1.50:9100"
    await sign_in(client, shop.staff["manager"])
    assert (await client.post("/desk/shop/printers", data=good)).status_code == 403
