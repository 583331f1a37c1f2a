"""A piece outlives its owners: what is said of it, whose it was, who may fetch it, what it taught us."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.belongings import a_household, a_person, a_piece
from tests.factories import World, a_ring, a_signature, a_ticket, an_envelope
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.pieces.appraisals import NewAppraisal, add_appraisal
from workshop.record.pieces.ownership import Handing, give_piece, keep_secret, set_wearer
from workshop.record.pieces.piece_before import piece_before
from workshop.record.pieces.piece_collectors import allow_collector, end_collector
from workshop.record.pieces.piece_eyes import EARLIER, HIDDEN, OWN, Eyes, Period
from workshop.record.pieces.pieces import NewPiece, change_piece, pieces_of
from workshop.record.pieces.stamps import NewMark, add_mark, marks_of, take_off_mark
from workshop.record.pieces.stones import NewStone, add_stone, change_stone, stones_of, take_off_stone
from workshop.record.prices.work import NewTask
from workshop.record.stages import Stage
from workshop.record.tickets.handover import Collection, hand_over, may_collect
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, take_in

pytestmark = pytest.mark.anyio
WORK = [NewTask("PL-CLN")]


async def told(piece: int) -> list[dict[str, object]]:
    return await fetch("SELECT name, data, customer FROM event WHERE piece = $1 ORDER BY id", piece)


async def test_a_change_of_a_fact_keeps_what_was_said_before(world: World) -> None:
    piece = await a_piece(world, await a_person(world, "Bennett"))
    changed = await change_piece(piece, {"metal_basis": "tested", "weight_mg": 4310, "kind": "ring"}, by=world.counter)
    assert changed == ["metal_basis", "weight_mg"]
    assert '"metal_basis": ["stamped", "tested"]' in str((await told(piece))[-1]["data"])
    assert await change_piece(piece, {"weight_mg": 4310}, by=world.counter) == []
    assert [row["name"] for row in await told(piece)] == ["piece_added", "piece_changed"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"metal": "moon silver"}, "metal"), ({"metal_basis": "sure"}, "metal_basis"), ({"kind": "crown"}, "kind"),
     ({"ring_size": "99"}, "ring_size"), ({"origin": "found"}, "origin"), ({"serial": "x" * 61}, "serial"),
     ({"id": 7}, "id"), ({"engraving": "4111 1111 1111 1111"}, "engraving")],
)  # fmt: skip
async def test_what_cannot_be_a_fact_is_refused(world: World, facts: dict[str, object], field: str) -> None:
    piece = await a_piece(world, await a_person(world, "Bennett"))
    with pytest.raises(InvalidInput) as refused:
        await change_piece(piece, facts, by=world.counter)
    assert set(refused.value.fields) == {field}


async def test_stones_are_added_corrected_and_taken_off_and_history_says_so(world: World) -> None:
    piece = await a_piece(world, await a_person(world, "Bennett"), stones=[])
    stone = await add_stone(piece, NewStone("diamond", 12, shape="round"), by=world.counter)
    by_report = NewStone("diamond", 12, "natural", "round", basis="report", report_no="123", laboratory="IGI")
    await change_stone(piece, stone, by_report, by=world.counter)
    assert (await stones_of(piece))[0]["laboratory"] == "IGI"
    await take_off_stone(piece, stone, by=world.counter)
    assert await stones_of(piece) == []
    names = [row["name"] for row in await told(piece)][1:]
    assert names == ["stone_added", "stone_changed", "stone_taken_off"]
    assert "IGI report 123" in str((await told(piece))[-1]["data"])


async def test_a_stone_by_report_needs_its_number_and_one_of_another_piece_is_not_found(world: World) -> None:
    owner = await a_person(world, "Bennett")
    piece, other = await a_piece(world, owner, stones=[]), await a_piece(world, owner)
    with pytest.raises(InvalidInput) as refused:
        await add_stone(piece, NewStone("diamond", basis="report"), by=world.counter)
    assert set(refused.value.fields) == {"report_no"}
    with pytest.raises(NotFound):
        await take_off_stone(piece, (await stones_of(other))[0]["id"], by=world.counter)


async def test_the_line_of_marks_on_labels_is_made_from_the_marks(world: World) -> None:
    piece = await a_piece(world, await a_person(world, "Bennett"), marks="14K, AF")
    assert [row["kind"] for row in await marks_of(piece)] == ["fineness", "other"]
    await add_mark(piece, NewMark("lion passant", "hallmark"), by=world.counter)
    await take_off_mark(piece, (await marks_of(piece))[1]["id"], by=world.counter)
    assert await fetch_value("SELECT marks FROM piece WHERE id = $1", piece) == "14K, lion passant"


async def test_a_piece_passes_on_and_what_the_owner_before_allowed_ends(world: World) -> None:
    rosa, grace = await a_person(world, "Bennett", "Rosa"), await a_person(world, "Okafor", "Grace")
    piece = await a_piece(world, rosa)
    await allow_collector(piece, "Otto Vandersloot", how="phone", by=world.counter)
    await set_wearer(piece, grace, by=world.counter)
    await fetch(
        """INSERT INTO reminder (shop, plan, piece, customer, due_on)
           SELECT shop, id, $1, $2, CURRENT_DATE FROM service_plan LIMIT 1""",
        piece, rosa,
    )  # fmt: skip
    await give_piece(piece, Handing(grace, "inherited", given_by=rosa), by=world.counter)
    assert [row["id"] for row in await pieces_of(rosa)] == []
    assert [row["id"] for row in await pieces_of(grace)] == [piece]
    assert await fetch_value("SELECT count(*) FROM piece_collector WHERE ended_at IS NULL") == 0
    assert await fetch_value("SELECT wearer FROM piece WHERE id = $1", piece) is None
    assert await fetch_value("SELECT customer FROM reminder WHERE piece = $1", piece) == grace
    last = (await told(piece))[-2:]
    assert [(row["name"], row["customer"]) for row in last] == [("piece_left", rosa), ("piece_passed_on", grace)]
    assert "Grace" not in str(last[0]["data"]) and "Rosa" not in str(last[1]["data"])


@pytest.mark.parametrize(
    ("days", "how", "field"), [(1, "gift", "on"), (-4000, "gift", "on"), (0, "lost at cards", "how"), (0, "gift", "to")]
)
async def test_a_passing_that_cannot_be_is_refused(world: World, days: int, how: str, field: str) -> None:
    rosa, grace = await a_person(world, "Bennett"), await a_person(world, "Okafor")
    piece = await a_piece(world, rosa, bought_on=date(2020, 5, 1))
    to = rosa if field == "to" else grace
    day = clock.today("America/New_York") + timedelta(days=days)
    with pytest.raises(InvalidInput) as refused:
        await give_piece(piece, Handing(to, how, day), by=world.counter)
    assert set(refused.value.fields) == {field}
    assert await fetch_value("SELECT count(*) FROM ownership WHERE piece = $1", piece) == 1


async def test_two_passings_at_once_leave_one_owner(world: World) -> None:
    rosa, grace, june = [await a_person(world, name) for name in ("Bennett", "Okafor", "Chen")]
    piece = await a_piece(world, rosa)
    handings = [give_piece(piece, Handing(to, "gift"), by=world.counter) for to in (grace, june)]
    assert not [one for one in await asyncio.gather(*handings, return_exceptions=True) if one]
    assert await fetch_value("SELECT count(*) FROM ownership WHERE piece = $1 AND until IS NULL", piece) == 1
    assert await fetch_value("SELECT count(*) FROM ownership WHERE piece = $1", piece) == 3


async def test_given_away_a_surprise_is_none_any_more(world: World) -> None:
    james, rosa = await a_person(world, "Bennett", "James"), await a_person(world, "Bennett", "Rosa")
    await a_household(james, rosa)
    piece = await a_piece(world, james)
    await keep_secret(piece, True, by=world.counter)
    assert [row["id"] for row in await pieces_of(rosa)] == []
    assert [row["id"] for row in await pieces_of(james)] == [piece]
    await give_piece(piece, Handing(rosa, "gift", given_by=james), by=world.counter)
    assert [row["id"] for row in await pieces_of(rosa)] == [piece]
    assert [row["id"] for row in await pieces_of(james)] == [piece]  # what one of them owns is no secret at home


async def test_a_standing_word_is_for_one_piece_and_ends_when_taken_back(world: World) -> None:
    ticket = await a_ticket(world, pieces=2)
    rows = await fetch("SELECT piece, code FROM envelope WHERE ticket = $1 ORDER BY place_no", ticket.id)
    ring, watch = rows[0], rows[1]
    otto = await allow_collector(ring["piece"], "Otto  Vandersloot", how="counter", by=world.counter)
    assert await allow_collector(ring["piece"], "otto vandersloot", how="phone", by=world.counter) == otto
    assert "Otto Vandersloot" in await may_collect(ticket)
    both = Collection([ring["code"], watch["code"]], "Otto Vandersloot", a_signature(), "passport", "1234")
    with pytest.raises(Conflict, match="not listed"):
        await hand_over(ticket, both, by=world.manager)
    await end_collector(ring["piece"], otto, by=world.counter)
    assert "Otto Vandersloot" not in await may_collect(ticket)


async def test_of_a_surprise_no_standing_collector_learns(world: World) -> None:
    ticket = await a_ticket(world, is_discreet=True)
    piece = await fetch_value("SELECT piece FROM envelope WHERE ticket = $1", ticket.id)
    await allow_collector(piece, "Otto Vandersloot", how="counter", by=world.counter)
    assert "Otto Vandersloot" not in await may_collect(ticket)


async def test_a_piece_that_is_here_is_not_taken_in_again(world: World) -> None:
    first = await a_ticket(world)
    piece = await fetch_value("SELECT piece FROM envelope WHERE ticket = $1", first.id)
    again = NewTicket([NewEnvelope(WORK, piece_id=piece)], customer_id=first.customer)
    with pytest.raises(Conflict) as refused:
        await take_in(again, by=world.counter)
    assert f"in the shop now as {first.number}-1 (received)" in refused.value.message
    assert refused.value.details["actions"] == [(f"Open {first.number}-1", f"/tickets/{first.number}#{first.number}-1")]
    assert await fetch_value("SELECT count(*) FROM ticket") == 1
    twice = NewTicket([NewEnvelope(WORK, piece_id=piece)] * 2, customer_id=first.customer)
    with pytest.raises(Conflict, match="twice"):
        await take_in(twice, by=world.counter)


async def test_two_counters_take_the_same_piece_in_at_once_and_one_does(world: World) -> None:
    owner = await a_person(world, "Bennett")
    pieces = [await a_piece(world, owner), await a_piece(world, owner)]

    def taking(order: list[int]) -> NewTicket:
        return NewTicket([NewEnvelope(WORK, piece_id=piece) for piece in order], customer_id=owner)

    tries = [take_in(taking(order), by=world.counter) for order in (pieces, pieces[::-1], pieces)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["Conflict", "Conflict", "Ticket"]
    assert await fetch_value("SELECT count(*) FROM envelope") == 2


async def test_what_a_visit_measured_stays_on_the_piece(world: World) -> None:
    work = [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"})]
    one = NewEnvelope(work, piece=a_ring(), size_now="6", size_wanted="7", weight_mg=4200)
    envelope = await an_envelope(world, Stage.PICKED_UP, envelopes=[one])
    row = await fetch_one("SELECT ring_size, weight_mg FROM piece WHERE id = $1", envelope.piece)
    assert row == {"ring_size": "7", "weight_mg": 4200}


async def test_a_watch_remembers_its_last_service(world: World) -> None:
    clock.run_on(lambda: datetime(2027, 3, 2, 15, tzinfo=UTC))
    one = NewEnvelope([NewTask("WB-WR")], piece=NewPiece("watch", "Steel diver", "steel", "stamped"))
    envelope = await an_envelope(world, Stage.PICKED_UP, envelopes=[one])
    assert await fetch_value("SELECT serviced_on FROM piece WHERE id = $1", envelope.piece) == date(2027, 3, 2)


async def test_this_piece_before_tells_earlier_work_condition_and_where_it_is(world: World) -> None:
    clock.run_on(lambda: datetime(2022, 3, 2, 15, tzinfo=UTC))
    marks = [{"code": "PRW", "position": "3 o'clock"}]
    one = NewEnvelope([NewTask("PR-TIP", drivers={"metal": "14k", "prongs": "4"})], piece=a_ring(marks="14K"),
                      marks=marks)  # fmt: skip
    envelope = await an_envelope(world, Stage.PICKED_UP, envelopes=[one])
    clock.run_on(lambda: datetime(2026, 5, 1, 15, tzinfo=UTC))
    before = await piece_before(envelope.piece, shop=world.shop.id)
    assert before.work == ["4 prongs retipped 2 Mar 2022 by Kai, warranty over"]
    assert before.condition == ["prong worn, 3 o'clock"]
    assert before.condition_on == "2 Mar 2022"
    assert [row["count"] for row in before.stones] == [1, 12]
    assert before.trouble == ""
    await take_in(NewTicket([NewEnvelope(WORK, piece_id=envelope.piece)], customer_id=1), by=world.counter)
    assert "This ring is in the shop now" in (await piece_before(envelope.piece, shop=world.shop.id)).trouble


async def test_an_appraisal_dates_the_piece_by_the_newest_paper(world: World) -> None:
    piece = await a_piece(world, await a_person(world, "Bennett"))
    for day in (date(2024, 5, 1), date(2019, 5, 1)):
        await add_appraisal(piece, NewAppraisal(day, "Maya Finch", 685_000), by=world.counter)
    assert await fetch_value("SELECT appraised_on FROM piece WHERE id = $1", piece) == date(2024, 5, 1)
    with pytest.raises(InvalidInput) as refused:
        await add_appraisal(piece, NewAppraisal(date(2024, 5, 1), "Maya Finch", 0), by=world.counter)
    assert set(refused.value.fields) == {"value"}


DAYS = [date(2018, 1, 1), date(2020, 6, 1), date(2024, 1, 1)]  # before, within and after the years 2019 to 2022
PAST, NOW = ((date(2019, 1, 1), date(2022, 1, 1)),), ((date(2019, 1, 1), None),)


@pytest.mark.parametrize(
    ("periods", "seen"),
    [(PAST, [EARLIER, OWN, HIDDEN]), (NOW, [EARLIER, OWN, OWN]), (((None, date(2022, 1, 1)),), [OWN, OWN, HIDDEN]),
     ((*PAST, (date(2025, 1, 1), None)), [EARLIER, OWN, EARLIER])],
)  # fmt: skip
async def test_an_owner_sees_their_own_time(periods: tuple[Period, ...], seen: list[str]) -> None:
    eyes = Eyes(frozenset({7}), periods, 7)
    assert [eyes.sees(day) for day in DAYS] == seen
    assert [eyes.sees(day, 7) for day in DAYS] == [OWN] * 3
    assert [Eyes().sees(day, 9) for day in DAYS] == [OWN] * 3
    assert eyes.sees_visit(DAYS[1], 9, is_discreet=True) == HIDDEN
    assert eyes.sees_visit(DAYS[1], 7, is_discreet=True) == OWN
