"""Prints on the screen: who may, what is said, and that a press counts once."""

import base64
import re
from collections.abc import Callable

import httpx
import pytest

from printing.queue import print_document
from tests.factories import World, a_signature, a_ticket, sign_in
from tests.printing.shop_printers import a_print, state_of, url_of, work_off
from tests.printing.tcp_printer import Fault, TcpPrinter
from workshop.db import fetch, fetch_value
from workshop.record.tables import Ticket

pytestmark = pytest.mark.anyio

SetPrinter = Callable[..., None]


async def labelled(shop: World, **more: object) -> tuple[Ticket, str]:
    """A ticket and the code of its first envelope."""
    ticket = await a_ticket(shop, **more)
    return ticket, await fetch_value("SELECT code FROM envelope WHERE ticket = $1 ORDER BY place_no", ticket.id)


async def test_the_fragment_of_trouble_is_empty_when_all_is_well(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["counter"])
    await labelled(shop)
    await work_off()
    assert (await client.get("/prints/trouble")).text == ""


async def test_did_it_print_is_asked_at_the_counter_and_answered_there(
    client: httpx.AsyncClient, shop: World, set_printer: SetPrinter
) -> None:
    async with TcpPrinter(Fault.UNPLUGGED_MID_JOB) as printer:
        set_printer(label=url_of(printer))
        job, ticket = await a_print(shop)
        await print_document(str(job))
    await sign_in(client, shop.staff["counter"])
    asked = (await client.get("/prints/trouble")).text
    words = re.sub(r"<[^>]+>", "", asked)
    assert f"The label of {ticket.number}-1 may not have printed. Did it?" in words
    form = {"printed": "yes", "fragment": "trouble", "idempotency_key": "one press"}
    answered = await client.post(f"/prints/{job}/answer", data=form, headers={"HX-Request": "true"})
    assert (answered.status_code, answered.text) == (200, "")
    assert (await state_of(job))[0] == "confirmed"


async def test_a_row_of_prints_in_doubt_is_one_line_at_the_counter(client: httpx.AsyncClient, shop: World) -> None:
    for _ in range(4):
        await labelled(shop)
    await work_off()
    await fetch("UPDATE print_job SET state = 'unknown' WHERE document = 'label'")
    await fetch("UPDATE print_job SET state = 'failed' WHERE id = (SELECT max(id::text)::uuid FROM print_job)")
    await sign_in(client, shop.staff["counter"])
    doubted = await fetch_value("SELECT count(*) FROM print_job WHERE state IN ('unknown', 'failed')")
    counter = re.sub(r"<[^>]+>", "", (await client.get("/prints/trouble")).text)
    assert f"{doubted} prints may not have come out" in counter and "Did it?" not in counter
    assert (await client.get("/prints")).text.count("Did it?") >= 3, "each is answered for itself"


async def test_the_list_says_states_in_plain_words_and_pages_by_key(
    client: httpx.AsyncClient, shop: World
) -> None:
    for _ in range(11):
        await labelled(shop, pieces=3)
    await sign_in(client, shop.staff["counter"])
    first = await client.get("/prints")
    assert first.text.count("In line") == 40
    older = re.search(r'href="(/prints\?before=[^"]+)"', first.text)
    assert older
    second = await client.get(older[1])
    assert second.text.count("In line") == 4
    seen = re.findall(r"/prints/([0-9a-f-]{36})/preview", first.text + second.text)
    assert len(set(seen)) == len(seen) == 44
    assert "Older prints" not in second.text


async def test_a_page_that_does_not_exist_is_refused(client: httpx.AsyncClient, shop: World) -> None:
    await sign_in(client, shop.staff["counter"])
    for before in ("x", "2026-01-01", "2026-01-01T00:00:00_nothing", "2026-01-01T00:00:00_" + "0" * 32):
        assert (await client.get("/prints", params={"before": before})).status_code == 422


async def test_a_reprint_counts_up_says_copy_and_is_in_the_history_once_however_often_pressed(
    client: httpx.AsyncClient, shop: World, set_printer: SetPrinter
) -> None:
    async with TcpPrinter() as printer:
        set_printer(label=url_of(printer), receipt=url_of(printer))
        ticket, code = await labelled(shop)
        await work_off()
        await sign_in(client, shop.staff["counter"])
        for _ in range(3):
            answer = await client.post(f"/prints/again/label/{code}", data={"idempotency_key": "k", "back": "/x"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/x")
        await work_off()
        await client.post(f"/prints/again/label/{code}", data={"idempotency_key": "l"})
        await client.post(f"/prints/again/claim-check/{ticket.number}", data={"idempotency_key": "m"})
        await work_off()
    rows = await fetch("SELECT document, copy_no, state FROM print_job ORDER BY created_at, envelope NULLS LAST")
    assert [(row["document"], row["copy_no"]) for row in rows] == [
        ("label", 0), ("claim_check", 0), ("label", 1), ("label", 2), ("claim_check", 1),
    ]  # fmt: skip
    assert {row["state"] for row in rows} == {"confirmed"}
    told = await fetch("SELECT data->>'copy' AS copy, staff FROM event WHERE name = 'reprinted' ORDER BY id")
    assert [(row["copy"], row["staff"]) for row in told] == [(n, shop.counter.id) for n in ("1", "2", "1")]
    page = (await client.get(f"/prints/label/{code}")).text
    assert "COPY 3" in page


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
async def test_a_form_sends_nobody_elsewhere(
    client: httpx.AsyncClient, shop: World, set_printer: SetPrinter, back: str
) -> None:
    set_printer(label="tcp://127.0.0.1:9")
    _, code = await labelled(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(f"/prints/again/label/{code}", data={"back": back})
    assert answer.headers["location"] == "/prints"


async def test_without_a_printer_asking_again_opens_the_print_page(client: httpx.AsyncClient, shop: World) -> None:
    ticket, _ = await labelled(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.post(f"/prints/again/receipt/{ticket.number}")
    assert answer.headers["location"] == f"/prints/receipt/{ticket.number}"
    assert (await client.get(answer.headers["location"])).status_code == 200


async def test_the_print_pages_carry_what_the_papers_carry(client: httpx.AsyncClient, shop: World) -> None:
    ticket, code = await labelled(shop, signature=a_signature())
    await sign_in(client, shop.staff["counter"])
    label = (await client.get(f"/prints/label/{code}")).text
    for part in (f"{ticket.number}-1", code[:9], code[9:], "Oval halo ring, stamped 14K", "Size up", "1 of 1"):
        assert part in label
    check = (await client.get(f"/prints/claim-check/{ticket.number}")).text
    png = await fetch_value("SELECT png FROM signature")
    for part in (ticket.number, "The price is firm.", "Alder &amp; Finch", base64.b64encode(png).decode()):
        assert part in check
    assert "COPY" not in label + check, "no printer has had them"


async def test_the_picture_of_a_print_is_the_paper(client: httpx.AsyncClient, shop: World) -> None:
    job, _ = await a_print(shop)
    await sign_in(client, shop.staff["counter"])
    answer = await client.get(f"/prints/{job}/preview.png")
    assert (answer.headers["content-type"], answer.content[:4]) == ("image/png", b"\x89PNG")


async def test_the_bench_prints_labels_and_sees_no_paper_with_money(client: httpx.AsyncClient, shop: World) -> None:
    ticket, code = await labelled(shop)
    await sign_in(client, shop.staff["bench"])
    assert (await client.get(f"/prints/label/{code}")).status_code == 200
    assert (await client.post(f"/prints/again/label/{code}")).status_code == 303
    job = await fetch_value("SELECT id FROM print_job WHERE document = 'claim_check'")
    for closed in (
        f"/prints/claim-check/{ticket.number}", f"/prints/receipt/{ticket.number}", "/prints", "/prints/rows",
        "/prints/trouble", f"/prints/{job}/preview.png",
    ):  # fmt: skip
        assert (await client.get(closed)).status_code == 403, closed
    assert (await client.post(f"/prints/again/claim-check/{ticket.number}")).status_code == 403


async def test_another_shops_prints_do_not_exist(client: httpx.AsyncClient, shop: World) -> None:
    job, ticket = await a_print(shop)
    code = await fetch_value("SELECT code FROM envelope")
    await fetch("INSERT INTO shop (code, name) VALUES ('ZZ', 'Elm & Wren')")
    await fetch("UPDATE staff SET shop = (SELECT id FROM shop WHERE code = 'ZZ') WHERE sign_in_name = 'counter'")
    await sign_in(client, shop.staff["counter"])
    for hidden in (f"/prints/label/{code}", f"/prints/receipt/{ticket.number}", f"/prints/{job}/preview.png"):
        assert (await client.get(hidden)).status_code == 404, hidden
    assert (await client.post(f"/prints/{job}/let-go")).status_code == 404
    assert ticket.number not in (await client.get("/prints")).text
