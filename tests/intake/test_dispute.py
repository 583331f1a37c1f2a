"""The dispute file: everything of one envelope, only for managers, read in the open, and it says what was changed."""

import asyncpg
import httpx
import pytest

from tests.factories import World, a_signature, an_envelope, sign_in
from workshop.db import fetch, fetch_value
from workshop.record.money.payments import NewPayment, take_payment
from workshop.record.proof.proof import prove
from workshop.record.stages import Stage
from workshop.record.tables import Envelope, Ticket
from workshop.record.tickets.handover_back import take_handover_back

pytestmark = pytest.mark.anyio


async def collected(world: World) -> Envelope:
    return await an_envelope(world, Stage.PICKED_UP, signature=a_signature())


async def as_superuser(dsn: str, sql: str) -> None:
    owner = await asyncpg.connect(dsn)
    try:
        await owner.execute(f"SET session_replication_role = replica; {sql}")
    finally:
        await owner.close()


async def test_a_manager_reads_the_whole_story_and_the_reading_is_written_down(
    shop: World, client: httpx.AsyncClient
) -> None:
    envelope = await collected(shop)
    await prove(shop.shop.id)
    await sign_in(client, shop.staff["manager"])
    page = (await client.get(f"/disputes/{envelope.code}")).text
    for told in (
        "Rosa Bennett", "Taken in", "Size up", "13 stones counted", "Passed the quality check", "Kai Lindqvist",
        "Ines Duarte", "Handed over", "Terms at take-in", "Each stone tested by tweezer", "Unchanged.",
        "was last proved", "0" * 64,
    ):  # fmt: skip
        assert told in page, told
    reader = await fetch_value("SELECT staff FROM event WHERE name = 'dispute_read' AND envelope = $1", envelope.id)
    assert reader == shop.manager.id
    assert "Dispute file read" in (await client.get(f"/disputes/{envelope.code}")).text


async def test_money_let_off_and_a_hand_over_taken_back_stand_in_it(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await collected(shop)
    ticket = await Ticket.objects().get(Ticket.id == envelope.ticket)
    assert ticket is not None
    refund = NewPayment(1000, "cash", "refund", reason="A scratch was left", lets_off=True)
    await take_payment(ticket, refund, by=shop.manager)
    await take_handover_back(envelope.number, reason="Wrong envelope marked", by=shop.manager)
    await sign_in(client, shop.staff["manager"])
    page = (await client.get(f"/disputes/{envelope.code}")).text
    for told in ("$10.00 let off", "Handed over", "after all, ready to collect: Wrong envelope marked"):
        assert told in page, told


async def test_the_customers_own_link_is_not_in_it(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await an_envelope(shop)
    link = "/t/3s8f4rj9qaftkgw1b3eczv1s9ac45a9a"
    await fetch("UPDATE message SET body = $1", f"We have your ring. Follow it: https://ring.example{link} Reply STOP")
    await sign_in(client, shop.staff["manager"])
    for path in (f"/disputes/{envelope.code}", f"/disputes/{envelope.code}/file"):
        told = (await client.get(path)).text
        assert "Follow it: https://ring.example/t/… Reply STOP" in told and link not in told


async def test_the_file_as_json_holds_hashes_signatures_and_the_proof(shop: World, client: httpx.AsyncClient) -> None:
    envelope = await collected(shop)
    await sign_in(client, shop.staff["owner"])
    answer = await client.get(f"/disputes/{envelope.code}/file")
    assert answer.headers["content-disposition"] == f'attachment; filename="dispute-{envelope.number}.json"'
    file = answer.json()
    assert file["proof"]["is_whole"] is True and file["proof"]["checks"] == 1
    assert file["photos"][0]["sha256"] == "0" * 64 and file["photos"][0]["file"] == "missing or altered"
    assert len(file["signatures"]) == 2 and all(one["png"] for one in file["signatures"])
    assert file["quality_checks"][0]["lines"][0]["by"] == "Ines Duarte"
    assert all(event["hash"] for event in file["events"])
    assert await fetch_value("SELECT data ->> 'how' FROM event WHERE name = 'dispute_read'") == "json"


@pytest.mark.parametrize("role", ["counter", "bench"])
async def test_nobody_else_reads_it(shop: World, client: httpx.AsyncClient, role: str) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff[role])
    for path in (f"/disputes/{envelope.code}", f"/disputes/{envelope.code}/file"):
        assert (await client.get(path)).status_code == 403
    assert await fetch_value("SELECT count(*) FROM event WHERE name = 'dispute_read'") == 0


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE event SET staff = NULL WHERE to_stage = 'ready_for_pickup'", "was altered after it was written"),
        ("UPDATE quality_answer SET value = '' WHERE name = 'line-2'", "the list or its ticks were altered"),
        ("DELETE FROM quality_answer WHERE name = 'line-2'", "the list or its ticks were altered"),
        ("UPDATE photo SET key = repeat('1', 64) WHERE kind = 'after'", "is another picture than at the check"),
        ("UPDATE photo SET removed_at = now() WHERE kind = 'after'", "was taken out of view after the check"),
        ("DELETE FROM photo WHERE kind = 'after'", "was deleted after the check"),
        ("UPDATE photo SET state = 'missing' WHERE kind = 'after'", "has no file any more"),
        ("UPDATE envelope SET stone_count = 12", "the stones of take-in were altered"),
    ],
)
async def test_the_file_says_what_somebody_changed_afterwards(
    shop: World, client: httpx.AsyncClient, migrated: str, sql: str, said: str
) -> None:
    envelope = await collected(shop)
    await as_superuser(migrated, sql)
    await sign_in(client, shop.staff["manager"])
    page = (await client.get(f"/disputes/{envelope.code}")).text
    assert "Not as it was written." in page and said in page
    found = await prove(shop.shop.id)
    assert any(said in fault.words for fault in found.faults)


async def test_a_check_that_ended_cannot_be_changed_by_the_program_either(world: World) -> None:
    await an_envelope(world, Stage.READY_FOR_PICKUP)
    for sql in (
        "UPDATE quality_answer SET value = ''", "DELETE FROM quality_answer", "UPDATE quality_check SET state = 'open'",
        "INSERT INTO quality_answer (quality_check, name, value) SELECT id, 'size', '7' FROM quality_check",
        "UPDATE event_link SET hash = ''", "DELETE FROM event_seal", "DELETE FROM event_chain",
        "UPDATE chain_check SET is_whole = true",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(sql)
