"""A network printer in every mood: never "confirmed" without paper, never "failed" with it."""

import asyncio
from dataclasses import dataclass

import pytest

from printing.escpos_bytes import document_bytes
from printing.network import NetworkPrinter
from printing.outcomes import Outcome, Result
from tests.printing.escpos_decoder import pages
from tests.printing.samples import a_label
from tests.printing.tcp_printer import Fault, TcpPrinter

pytestmark = pytest.mark.anyio

READY, CONFIRM = 0.6, 0.8  # seconds: the real times, shortened in proportion


@dataclass(frozen=True)
class Case:
    fault: Fault
    result: Result
    says: str
    may_print: bool


CASES = [
    Case(Fault.NONE, Result.CONFIRMED, "", True),
    Case(Fault.SLOW, Result.CONFIRMED, "", True),
    Case(Fault.SILENT, Result.FAILED, "does not answer", False),
    Case(Fault.HANGS_UP, Result.FAILED, "does not answer", False),
    Case(Fault.GARBLED, Result.FAILED, "does not answer", False),
    Case(Fault.PAPER_OUT, Result.FAILED, "out of paper", False),
    Case(Fault.COVER_OPEN, Result.FAILED, "cover is open", False),
    Case(Fault.JAMMED, Result.FAILED, "fault", False),
    Case(Fault.OFFLINE, Result.FAILED, "off line", False),
    Case(Fault.NO_ANSWER_IN_TURN, Result.UNKNOWN, "did not say", True),
    Case(Fault.UNPLUGGED_MID_JOB, Result.UNKNOWN, "broke", True),
    Case(Fault.STOPS_MID_JOB, Result.UNKNOWN, "did not say", True),
    Case(Fault.STOPS_AND_REPORTS, Result.UNKNOWN, "did not say", True),
    Case(Fault.PAPER_ENDS, Result.UNKNOWN, "paper ended", True),
    Case(Fault.LATE_ANSWER, Result.UNKNOWN, "did not say", True),
]


async def print_on(printer: TcpPrinter, job: bytes) -> Outcome:
    target = NetworkPrinter("127.0.0.1", printer.port, "default", READY, CONFIRM)
    return await target.send(job)


def test_every_fault_there_is_has_its_case() -> None:
    assert {case.fault for case in CASES} == set(Fault)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault.name)
async def test_what_we_say_is_what_we_know(case: Case) -> None:
    async with TcpPrinter(case.fault) as printer:
        outcome = await print_on(printer, document_bytes(a_label()))
    assert outcome.result is case.result
    assert case.says in outcome.reason
    left = b"\x1dv0" in printer.received
    assert left is case.may_print
    if case.result is Result.FAILED:
        assert "Nothing was printed." in outcome.reason
    if case.result is Result.UNKNOWN:
        assert "look at the printer" in outcome.reason


async def test_a_confirmed_label_is_on_the_paper_whole() -> None:
    job = document_bytes(a_label())
    async with TcpPrinter() as printer:
        outcome = await print_on(printer, job)
    assert outcome.result is Result.CONFIRMED
    assert printer.document == job
    assert len(pages(printer.document)) == 1


async def test_a_printer_that_is_not_there_failed_and_says_what_to_check() -> None:
    async with TcpPrinter() as printer:
        port = printer.port
    outcome = await NetworkPrinter("127.0.0.1", port, "default", READY, CONFIRM).send(b"\x1b@")
    assert outcome.result is Result.FAILED
    assert "Check that it is switched on" in outcome.reason


async def test_a_name_that_leads_nowhere_failed() -> None:
    outcome = await NetworkPrinter("printer.invalid", 9100, "default", READY, CONFIRM).send(b"x")
    assert outcome.result is Result.FAILED


async def test_five_jobs_at_once_come_out_one_after_the_other_and_whole() -> None:
    jobs = [document_bytes(a_label(number=f"HR-{n}")) for n in range(5)]
    async with TcpPrinter() as printer:
        outcomes = await asyncio.gather(*(print_on(printer, job) for job in jobs))
    assert {outcome.result for outcome in outcomes} == {Result.CONFIRMED}
    assert printer.most_at_once == 1
    assert len(pages(printer.document)) == 5


async def test_after_a_fault_the_next_label_prints() -> None:
    job = document_bytes(a_label())
    async with TcpPrinter(Fault.STOPS_MID_JOB) as printer:
        first = await print_on(printer, job)
        printer.fault = Fault.NONE
        second = await print_on(printer, job)
    assert (first.result, second.result) == (Result.UNKNOWN, Result.CONFIRMED)


async def test_a_job_given_up_half_way_frees_the_printer() -> None:
    job = document_bytes(a_label())
    async with TcpPrinter(Fault.STOPS_MID_JOB) as printer:
        sending = asyncio.create_task(print_on(printer, job))
        while b"\x1dv0" not in printer.received:
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        printer.fault = Fault.NONE
        assert (await print_on(printer, job)).result is Result.CONFIRMED
