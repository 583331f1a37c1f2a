"""From the record to paper: complete, and nothing on the label that a thief would like to read."""

from dataclasses import fields, replace
from datetime import date

import pytest
import zxingcpp

from printing.bitmap import render
from printing.content import claim_check_of, label_of, size_change
from printing.documents import Document
from printing.receipts import receipt_of
from tests.factories import World, a_new_ticket, a_ring, a_signature, a_ticket, an_envelope
from tests.reading import without_codes
from workshop.db import fetch, fetch_value
from workshop.record.codes import hashed
from workshop.record.customers.profile import CustomerChange, change_customer
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.pieces.engraving import Engraving
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tables import Ticket
from workshop.record.tickets.tickets import NewEnvelope, take_in
from workshop.settings import settings

pytestmark = pytest.mark.anyio

VALUE, WORDS = 987_654_321, "nearly ten million, says grandfather"


async def a_valued_ticket(world: World) -> Ticket:
    """Two rings of a declared value, with marks, signed for."""
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"}), NewTask("PL-CLN", 2)]
    envelopes = [
        NewEnvelope(
            work, piece=a_ring(), declared_value_cents=VALUE, declared_words=WORDS, size_now="6", size_wanted="7.5",
            customer_says="do not tell anyone it is worth 9,876,543", marks=[{"code": "PRW", "position": "3 o'clock"}],
            engravings=[Engraving("EN-MCH", "R  &  J", "script", "inside")],
        )
        for _ in range(2)
    ]  # fmt: skip
    new = a_new_ticket(signature=a_signature(), is_rush=True, promise_on=date(2031, 3, 4), collectors=["James Bennett"])
    return await take_in(type(new)(**(vars(new) | {"envelopes": envelopes})), by=world.manager)


def texts(document: Document) -> str:
    """Every word on a document, without the codes, which may hold any sign by chance."""
    return without_codes(" | ".join(str(getattr(document, field.name)) for field in fields(document)))


async def test_a_label_says_what_the_bench_needs(world: World) -> None:
    await a_valued_ticket(world)
    second = await fetch("SELECT id, code, number FROM envelope ORDER BY place_no DESC LIMIT 1")
    label = await label_of(second[0]["id"], copy=2)
    assert (label.number, label.code, label.place) == (second[0]["number"], second[0]["code"], "2 of 2")
    assert label.piece == "Oval halo ring, stamped 14K"
    assert label.size_change == "6 → 7.5 (six to seven and a half)"
    assert list(label.tasks) == ["Size up", "2 × Clean, inspect and steam"]
    assert list(label.engraving) == ["“R␣␣&␣␣J” (Script, inside)"]  # two blanks are two blanks, on paper too
    assert (label.promise, label.rush, label.copy) == ("Tue 4 Mar", True, 2)
    assert (label.shop_name, label.taken_in_by) == ("Alder & Finch", "Maya Finch")
    assert [code.text for code in zxingcpp.read_barcodes(render(label, 512).convert("L"))] == [second[0]["code"]]


async def test_a_label_warns_of_metals_without_saying_whose_allergy_it_is(world: World) -> None:
    ticket = await a_valued_ticket(world)
    await change_customer(ticket.customer, CustomerChange(allergies=["nickel", "cobalt"]), by=world.counter)
    envelope = await fetch_value("SELECT id FROM envelope ORDER BY id LIMIT 1")
    label = await label_of(envelope)
    assert label.allergies == "nickel, cobalt"
    for width in (384, 512, 576):  # on every paper it takes room of its own, and the code stays readable
        drawn = render(label, width).convert("L")
        assert drawn.height > render(replace(label, allergies=""), width).height
        assert [code.text for code in zxingcpp.read_barcodes(drawn)] == [label.code]
    assert "Bennett" not in texts(label)


async def test_a_label_never_says_what_it_is_worth_nor_whose_it_is(world: World) -> None:
    ticket = await a_valued_ticket(world)
    for row in await fetch("SELECT id FROM envelope"):
        said = texts(await label_of(row["id"]))
        for secret in ("987", "9,876", WORDS, "million", "Bennett", "Rosa", "555", "$"):
            assert secret not in said
    for document in (await claim_check_of(ticket.id), await receipt_of(ticket.id)):
        for secret in ("9876543", "9,876,543", WORDS):
            assert secret not in texts(document)


async def test_a_claim_check_holds_what_both_sides_agreed(world: World) -> None:
    ticket = await a_valued_ticket(world)
    await take_payment(ticket, NewPayment(5_000, "cash", "deposit"), by=world.counter)
    check = await claim_check_of(ticket.id)
    assert list(check.pieces) == ["Oval halo ring, stamped 14K"] * 2
    assert list(check.noted) == ["13 stones counted. Seen: prong worn (3 o'clock)"] * 2
    assert check.promise == "Tue 4 Mar 2031"
    for agreed in ("The price is firm.", "James Bennett"):
        assert agreed in check.terms
    said = ["Size up, 2 × Clean, inspect and steam", "Size 6 → 7.5 (six to seven and a half)",
            "Engraved “R␣␣&␣␣J” (Script, inside)"]  # fmt: skip
    assert [list(piece) for piece in check.agreed] == [said, said]
    assert len(check.risks) == 1 and "Cleaning may let one come loose" in check.risks[0]
    assert check.policy == ticket.policy_text
    assert check.signature_png == await fetch_value("SELECT png FROM signature")
    assert check.deposit == "$50.00"
    tasks = await fetch("SELECT sum(price_cents)::bigint AS cents FROM task")
    assert int(check.total[1:].replace(",", "").replace(".", "")) > tasks[0]["cents"], "tax is in it"


async def test_a_sum_the_customer_has_yet_to_approve_is_called_an_estimate(world: World) -> None:
    work = [NewTask("HD-NEW", drivers={"metal": "14k", "mm": "6"})]
    ticket = await a_ticket(world, tasks=work)
    assert (await claim_check_of(ticket.id)).total.endswith(" (estimate)")


async def test_the_code_of_a_claim_check_is_the_customers_own_link(world: World) -> None:
    ticket = await a_ticket(world)
    check = await claim_check_of(ticket.id)
    [code] = zxingcpp.read_barcodes(render(check, 512).convert("L"))
    address, _, token = code.text.rpartition("/t/")
    assert address == settings().base_url
    assert hashed(token) == ticket.link_hash


async def test_a_receipt_adds_up_and_says_who_took_it_home_and_how_long_we_stand_by_it(world: World) -> None:
    envelope = await an_envelope(world, Stage.PICKED_UP)
    receipt = await receipt_of(envelope.ticket)
    cents = [int(amount[1:].replace(",", "").replace(".", "")) for _, amount in receipt.lines if amount]
    assert receipt.total == f"${sum(cents) / 100:,.2f}"
    assert receipt.balance == "$0.00"
    [(words, paid)] = receipt.payments
    assert words.startswith("Paid ")
    assert (words.endswith(", cash"), paid) == (True, receipt.total)
    [collected] = receipt.collected
    assert collected.startswith(f"{envelope.number} by Rosa Bennett, ")
    [warranty] = receipt.warranty
    assert warranty.startswith("Until ")
    assert warranty.endswith(": Size up")


async def test_a_receipt_before_collection_promises_the_warranty_from_that_day(world: World) -> None:
    ticket = await a_ticket(world)
    receipt = await receipt_of(ticket.id)
    assert list(receipt.warranty) == ["1 year from collection: Size up"]
    assert (receipt.collected, receipt.payments) == ((), ())
    assert receipt.balance == receipt.total


@pytest.mark.parametrize(
    ("now", "wanted", "said"),
    [
        ("6", "7", "6 → 7 (six to seven)"),
        ("", "5.25", "→ 5.25 (to five and a quarter)"),
        ("6", "", ""),
        ("", "", ""),
        ("L½", "M", "L½ → M (L½ to M)"),
    ],
)
async def test_a_size_is_said_in_digits_and_words(now: str, wanted: str, said: str) -> None:
    assert size_change(now, wanted) == said
