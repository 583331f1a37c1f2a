"""PR-2 to PR-6: on paper at most once, never "printed" without knowing, and nobody waits for a printer."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from PIL import ImageChops

from printing.asking import answer, let_go, print_again
from printing.bitmap import render
from printing.content import label_of
from printing.locks import alone_with
from printing.prints import trouble_of
from printing.queue import LEASE, print_document, sweep_prints
from tests.factories import World, a_ticket
from tests.printing.escpos_decoder import pages
from tests.printing.shop_printers import a_print, pass_time, state_of, url_of, work_off
from tests.printing.tcp_printer import Fault, TcpPrinter
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict
from workshop.record.tickets.standing import envelope_by_code

pytestmark = pytest.mark.anyio

SetPrinter = Callable[..., None]
NOBODY = "tcp://127.0.0.1:9"  # nobody listens


async def test_every_paper_of_a_take_in_comes_out_once_in_order_and_confirmed(
    world: World, set_printer: SetPrinter
) -> None:
    async with TcpPrinter() as printer:
        set_printer(label=url_of(printer), receipt=url_of(printer))
        await a_ticket(world, pieces=3)
        assert await work_off() == 4
        papers = pages(printer.document)
    assert [row["state"] for row in await fetch("SELECT state FROM print_job")] == ["confirmed"] * 4
    envelopes = await fetch("SELECT id FROM envelope ORDER BY place_no")
    drawn = [render(await label_of(row["id"]), 512).convert("L") for row in envelopes]
    for paper, label in zip(papers[:3], drawn, strict=True):
        assert ImageChops.difference(paper.convert("L").crop((0, 0, *label.size)), label).getbbox() is None


async def test_without_a_printer_papers_are_on_the_screen_only(world: World) -> None:
    job, _ = await a_print(world)
    await print_document(str(job))
    assert await state_of(job) == ("previewed", "")


@pytest.mark.parametrize("fault", [Fault.UNPLUGGED_MID_JOB, Fault.NO_ANSWER_IN_TURN, Fault.PAPER_ENDS])
async def test_what_may_have_printed_is_asked_and_never_printed_again_by_itself(
    world: World, set_printer: SetPrinter, fault: Fault
) -> None:
    async with TcpPrinter(fault) as printer:
        set_printer(label=url_of(printer))
        job, _ = await a_print(world)
        await print_document(str(job))
        state, sentence = await state_of(job)
        assert (state, "look at the printer" in sentence) == ("unknown", True)
        printer.fault = Fault.NONE
        for _ in range(3):
            await print_document(str(job))
            await pass_time(minutes=30)
        assert printer.connections == 1
    assert (await state_of(job))[0] == "unknown"
    assert [row["id"] for row in (await trouble_of(world.shop.id))["unknown"]] == [job]


@pytest.mark.parametrize(
    ("fault", "says"), [(Fault.PAPER_OUT, "out of paper"), (Fault.COVER_OPEN, "cover is open")]
)
async def test_a_printer_that_was_not_ready_prints_once_by_itself_when_it_is(
    world: World, set_printer: SetPrinter, fault: Fault, says: str
) -> None:
    async with TcpPrinter(fault) as printer:
        set_printer(label=url_of(printer))
        await a_ticket(world, pieces=2)
        await work_off()
        [stopped] = (await trouble_of(world.shop.id))["stopped"]
        assert says in stopped["why"]
        assert (stopped["printer"], stopped["wait"]) == ("Label printer", "2 labels wait")
        assert b"\x1dv0" not in printer.received
        printer.fault = Fault.NONE
        for _ in range(4):
            await pass_time(seconds=20)
        assert len(pages(printer.document)) == 2
    states = await fetch("SELECT state, copy_no FROM print_job WHERE document = 'label'")
    assert [(row["state"], row["copy_no"]) for row in states] == [("confirmed", 0)] * 2
    assert (await trouble_of(world.shop.id))["stopped"] == []


async def test_after_ten_minutes_without_a_printer_a_person_is_asked_and_the_late_print_is_no_copy(
    world: World, set_printer: SetPrinter
) -> None:
    set_printer(label=NOBODY)
    job, ticket = await a_print(world)
    await print_document(str(job))
    for _ in range(4):
        assert (await state_of(job))[0] == "queued"
        await pass_time(minutes=3)
    state, sentence = await state_of(job)
    assert (state, "Nothing was printed" in sentence) == ("failed", True)
    envelope = await envelope_by_code(f"{ticket.number}-1", shop=world.shop.id)
    assert await print_again("label", ticket=ticket, envelope=envelope, by=world.counter) == 0
    async with TcpPrinter() as printer:
        set_printer(label=url_of(printer))
        await work_off()
        assert len(pages(printer.document)) == 1
    assert (await state_of(job))[0] == "dropped"
    assert not any((await trouble_of(world.shop.id)).values())


async def test_a_program_that_died_while_printing_leaves_a_question_not_a_second_paper(
    world: World, set_printer: SetPrinter
) -> None:
    async with TcpPrinter(Fault.STOPS_MID_JOB) as printer:
        set_printer(label=url_of(printer))
        job, _ = await a_print(world)
        dying = asyncio.create_task(print_document(str(job)))
        while b"\x1dv0" not in printer.received:
            await asyncio.sleep(0)
        assert (await state_of(job))[0] == "sending", "committed before any byte"
        dying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dying
        printer.fault = Fault.NONE
        await sweep_prints()
        assert (await state_of(job))[0] == "sending", "its time is not over"
        await pass_time(minutes=3)
        await pass_time(minutes=3)
        assert (await state_of(job))[0] == "unknown"
        assert printer.connections == 1


async def test_workers_that_race_for_one_job_print_it_once(world: World, set_printer: SetPrinter) -> None:
    async with TcpPrinter(Fault.SLOW) as printer:
        set_printer(label=url_of(printer))
        job, _ = await a_print(world)
        await asyncio.gather(*(print_document(str(job)) for _ in range(4)))
        assert (printer.connections, len(pages(printer.document))) == (1, 1)
    assert (await state_of(job))[0] == "confirmed"


async def test_a_printer_in_use_by_another_process_is_left_alone_and_its_user_prints_what_came_meanwhile(
    world: World, set_printer: SetPrinter, migrated: str
) -> None:
    other = await asyncpg.connect(migrated)
    async with TcpPrinter() as printer:
        set_printer(label=url_of(printer))
        key = f"tcp 127.0.0.1:{printer.port}"
        await other.execute("SELECT pg_advisory_lock(hashtextextended('printer ' || $1, 0))", key)
        job, _ = await a_print(world)
        await print_document(str(job))
        assert ((await state_of(job))[0], printer.connections) == ("queued", 0)
        await other.close()  # died: its hold on the printer is gone with it
        await pass_time(seconds=20)
        assert ((await state_of(job))[0], printer.connections) == ("confirmed", 1)


async def test_one_device_one_holder(world: World) -> None:
    async with alone_with("tcp a:9100") as first, alone_with("tcp a:9100") as second:
        assert (first, second) == (True, False)
    async with alone_with("tcp a:9100") as again, alone_with("tcp b:9100") as other:
        assert (again, other) == (True, True)


async def test_a_lost_job_is_asked_for_again(world: World, set_printer: SetPrinter) -> None:
    async with TcpPrinter() as printer:
        set_printer(label=url_of(printer))
        job, _ = await a_print(world)
        assert await work_off() == 0
        await pass_time(seconds=20)
        assert len(pages(printer.document)) == 1
    assert (await state_of(job))[0] == "confirmed"


async def test_taking_in_never_waits_for_a_printer(world: World, set_printer: SetPrinter) -> None:
    async with TcpPrinter(Fault.SILENT) as printer:
        set_printer(label=url_of(printer), receipt=url_of(printer))
        await a_ticket(world, pieces=2)
        assert printer.connections == 0, "only the worker speaks to printers"
    assert {row["state"] for row in await fetch("SELECT state FROM print_job")} == {"queued"}


async def test_no_it_did_not_print_makes_a_copy_that_says_so(world: World, set_printer: SetPrinter) -> None:
    async with TcpPrinter(Fault.UNPLUGGED_MID_JOB) as printer:
        set_printer(label=url_of(printer))
        job, _ = await a_print(world)
        await print_document(str(job))
        printer.fault = Fault.NONE
        printer.done.clear()
        await answer(job, printed=False, by=world.counter)
        await work_off()
        [paper] = pages(printer.document)
    envelope = await fetch_value("SELECT id FROM envelope")
    drawn = render(await label_of(envelope, copy=1), 512).convert("L")
    assert ImageChops.difference(paper.convert("L").crop((0, 0, *drawn.size)), drawn).getbbox() is None
    event = await fetch_one("SELECT staff, data->>'copy' AS copy FROM event WHERE name = 'reprinted'")
    assert event == {"staff": world.counter.id, "copy": "1"}
    with pytest.raises(Conflict):
        await answer(job, printed=False, by=world.counter)


async def test_yes_it_printed_ends_the_question(world: World, set_printer: SetPrinter) -> None:
    async with TcpPrinter(Fault.UNPLUGGED_MID_JOB) as printer:
        set_printer(label=url_of(printer))
        job, ticket = await a_print(world)
        await print_document(str(job))
    await answer(job, printed=True, by=world.counter)
    assert await state_of(job) == ("confirmed", "Seen on paper by Noor Haddad.")
    assert await fetch_value("SELECT data->>'printed' FROM event WHERE name = 'print_answered'") == "true"
    assert not any((await trouble_of(world.shop.id)).values())
    envelope = await envelope_by_code(f"{ticket.number}-1", shop=world.shop.id)
    await print_again("label", ticket=ticket, by=world.counter, envelope=envelope)
    assert await fetch_value("SELECT max(copy_no) FROM print_job") == 1


async def test_a_printers_late_answer_never_overrules_the_person_who_looked(
    world: World, set_printer: SetPrinter
) -> None:
    async with TcpPrinter(Fault.STOPS_MID_JOB) as printer:
        set_printer(label=url_of(printer))
        job, _ = await a_print(world)
        slow = asyncio.create_task(print_document(str(job)))
        while b"\x1dv0" not in printer.received:
            await asyncio.sleep(0)
        now = clock.now()
        clock.run_on(lambda: now + LEASE * 2)
        await sweep_prints()
        await answer(job, printed=True, by=world.counter)
        await slow
    assert await state_of(job) == ("confirmed", "Seen on paper by Noor Haddad.")


async def test_asking_again_for_a_waiting_paper_tries_it_now_and_makes_no_second(
    world: World, set_printer: SetPrinter
) -> None:
    set_printer(label=NOBODY)
    job, ticket = await a_print(world)
    await print_document(str(job))
    envelope = await envelope_by_code(f"{ticket.number}-1", shop=world.shop.id)
    async with TcpPrinter() as printer:
        set_printer(label=url_of(printer))
        assert await print_again("label", ticket=ticket, envelope=envelope, by=world.counter) == 0
        await work_off()
        assert len(pages(printer.document)) == 1
    assert await fetch_value("SELECT count(*) FROM print_job") == 1


async def test_a_wrong_setting_fails_in_words_and_a_print_can_be_let_go(
    world: World, set_printer: SetPrinter
) -> None:
    set_printer(label="parallel port")
    job, _ = await a_print(world)
    await print_document(str(job))
    state, sentence = await state_of(job)
    assert (state, "parallel port" in sentence) == ("failed", True)
    await let_go(job, by=world.counter)
    assert not any((await trouble_of(world.shop.id)).values())
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'print_let_go'") == 1


async def test_a_line_that_nobody_works_is_said(world: World) -> None:
    await a_print(world)
    assert (await trouble_of(world.shop.id))["stopped"] == []
    now = clock.now()
    clock.run_on(lambda: now.replace(year=now.year + 1))
    [stopped] = (await trouble_of(world.shop.id))["stopped"]
    assert (stopped["why"], stopped["wait"]) == ("", "1 label waits")
