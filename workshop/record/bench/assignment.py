"""Who does what on which day: given by a manager, taken by oneself, or shared out by the shop's rule."""

from dataclasses import dataclass
from datetime import date, timedelta

from workshop import clock
from workshop.db import fetch, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.bench.day_plan import DayPlan, can_do, read_plan
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.promises.capacity import Person
from workshop.record.promises.promise_words import say_day, say_minutes
from workshop.record.shop.shops import shop_of
from workshop.record.shop.skills import work_words
from workshop.record.stages import Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import envelope_of_id, locked
from workshop.record.tickets.standing import standing_of

S = Stage
ASSIGNABLE = (S.RECEIVED, S.ESTIMATING, S.AWAITING_APPROVAL, S.APPROVED, S.IN_QUEUE, S.ON_HOLD)
MANAGERS = ("manager", "owner")
AT_ONCE = 50  # pieces the rule looks at in one turn
LOOK_AGAIN = timedelta(minutes=3)  # for which it found nobody


class NeedsReason(Conflict):
    """The day is full, or the work is not theirs: it can still be planned, with a reason. `against` says what."""

    def __init__(self, message: str, against: list[str]) -> None:
        super().__init__(message, against=against)
        self.against = against


@dataclass(frozen=True)
class Wish:
    """For whom a piece is planned, on which day (none named: the first with room), and why although it is full."""

    to: int
    day: date | None = None
    reason: str = ""
    how: str = "manager"  # manager, scan, self, rule


async def assign(code: str, wish: Wish, *, by: Actor) -> Envelope:
    """Plan a piece for a colleague on one of their days.

    Nobody's day is planned beyond their minutes: NeedsReason says what stands against it, and the same with a
    reason goes through. Raises Forbidden (only a manager plans for others), Conflict while it is being worked on.
    """
    refuse_card_number(wish.reason, "reason")
    if wish.to != by.id and not by.is_one_of(*MANAGERS):
        raise Forbidden("Only a manager plans work for a colleague. Take it yourself, or ask one.")
    if not by.is_one_of("bench", *MANAGERS):
        raise Forbidden("Bench work is taken by those who work at the bench.")
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        await _check_free(envelope, by)
        await _assign(envelope, wish, by=by)
    return envelope


async def _check_free(envelope: Envelope, by: Actor) -> None:
    standing = await standing_of(envelope)
    if standing.stage is S.AT_BENCH:
        raise Conflict(f"{envelope.number} is at the bench with {standing.holder}. They hand it on, or put it back.")
    if standing.stage not in ASSIGNABLE or standing.held_from == S.QUALITY_CHECK:
        raise Conflict(f"{envelope.number} needs nobody at the bench now.")
    is_theirs = envelope.jeweler not in (None, by.id)
    if is_theirs and not by.is_one_of(*MANAGERS):
        name = await fetch_value("SELECT split_part(name, ' ', 1) FROM staff WHERE id = $1", envelope.jeweler)
        raise Conflict(f"{envelope.number} is planned for {name}. Ask them, or a manager.")


async def _assign(envelope: Envelope, wish: Wish, *, by: Actor | None) -> None:
    """Inside the transaction that holds the envelope: the colleague's days are held too, so that two acts at once
    cannot both take the same minutes.
    """
    shop = await shop_of(envelope.shop)
    await fetch("SELECT id FROM staff WHERE id = $1 FOR NO KEY UPDATE", wish.to)
    plan = await read_plan(shop)
    person = await _person(wish.to, plan)
    minutes, skills = plan.minutes_left(envelope.id), plan.skills_of(envelope.id)
    others = plan.without(envelope.id)
    day = _day(others, person, minutes, wish.day, envelope)
    against = [*_against(others, person, minutes, skills, day), *_too_late(others, day, envelope.bench_due)]
    if against and not wish.reason.strip():
        raise NeedsReason(f"{envelope.number}: {'; '.join(against)}. Plan it anyway with a reason.", against)
    if envelope.jeweler == person.id and envelope.plan_on == day:
        return
    envelope.jeweler, envelope.plan_on, envelope.version = person.id, day, envelope.version + 1
    await envelope.save([Envelope.jeweler, Envelope.plan_on, Envelope.version])
    await record(
        "assigned", shop=envelope.shop, by=by, envelope=envelope, to=person.name, staff=person.id,
        day=day.isoformat(), minutes=minutes, against=against, reason=wish.reason.strip()[:200], how=wish.how,
    )  # fmt: skip


async def _person(staff: int, plan: DayPlan) -> Person:
    person = plan.person(staff)
    if person is None:
        raise NotFound("Nobody of that name works at the bench here. Set their minutes under Staff.")
    return person


def _day(plan: DayPlan, person: Person, minutes: int, wanted: date | None, envelope: Envelope) -> date:
    if wanted is not None:
        if wanted < plan.today:
            raise InvalidInput("That day is over.", day="That day is over.")
        return wanted
    due: date = envelope.bench_due
    return plan.free_day(person, minutes, due) or plan.days_until(due)[-1]


def _against(plan: DayPlan, person: Person, minutes: int, skills: set[str], day: date) -> list[str]:
    """What stands against it, in words."""
    first, against = person.name.split()[0], []
    if not can_do(person, skills):
        lacking = ", ".join(sorted(work_words(skill).lower() for skill in skills - person.skills))
        against.append(f"{first} does not do {lacking}")
    has, over = plan.minutes_of(person, day), minutes - plan.room(person, day)
    if over > 0:
        there = say_day(day)
        if has <= 0:
            against.append(f"{first} is not at the bench on {there}")
        else:
            against.append(f"{first}'s {there} is full: {say_minutes(over)} over {say_minutes(has)}")
    return against


def _too_late(plan: DayPlan, day: date, due: date) -> list[str]:
    """What was late already may be done on any day; what is not, not after its day."""
    if day <= due or due < plan.first_day:
        return []
    return [f"it is due on {say_day(due)}"]


async def unassign(code: str, *, by: Actor) -> Envelope:
    """A piece planned for somebody is nobody's again: one's own, or by a manager anybody's."""
    async with transaction():
        envelope = await locked(code, shop=by.shop)
        if envelope.jeweler is None:
            return envelope
        await _check_free(envelope, by)
        name = await fetch_value("SELECT name FROM staff WHERE id = $1", envelope.jeweler)
        envelope.jeweler, envelope.plan_on, envelope.version = None, None, envelope.version + 1
        await envelope.save([Envelope.jeweler, Envelope.plan_on, Envelope.version])
        await record("unassigned", shop=by.shop, by=by, envelope=envelope, who=name)
    return envelope


async def share_out(*, by: Actor) -> tuple[list[str], list[str]]:
    """Everything nobody has goes, the most urgent first, to whoever can do it and has least to do.

    Gives the numbers that were planned, and those for which nobody has a day left.
    """
    if not by.is_one_of(*MANAGERS):
        raise Forbidden("Only a manager shares out the work.")
    waiting = await fetch(
        """SELECT id FROM envelope WHERE shop = $1 AND stage IN ('received', 'approved', 'in_queue')
           AND jeweler IS NULL ORDER BY (NOT is_rush), bench_due, id LIMIT 100""",
        by.shop,
    )
    given: list[str] = []
    left: list[str] = []
    for row in waiting:  # one short transaction each: nobody at the bench waits for a hundred pieces
        number, is_given = await _share_one(row["id"], by.shop, by)
        (given if is_given else left).append(number)
    return given, left


async def _share_one(envelope_id: int, shop_id: int, by: Actor | None) -> tuple[str, bool]:
    number = ""
    try:
        async with transaction():
            envelope = await envelope_of_id(envelope_id, shop=shop_id)
            number = envelope.number
            if envelope.jeweler is not None or envelope.stage not in (S.RECEIVED, S.APPROVED, S.IN_QUEUE):
                return number, False
            found = least_loaded(await read_plan(await shop_of(shop_id)), envelope)
            if found is None:
                return number, False
            await _assign(envelope, Wish(found.id, how="rule"), by=by)
    except NeedsReason:  # somebody took those minutes just now
        return number, False
    return number, True


def least_loaded(plan: DayPlan, envelope: Envelope) -> Person | None:
    """Who can do all of it by its day and has the smallest share of their days planned; None where nobody can."""
    minutes, skills = plan.minutes_left(envelope.id), plan.skills_of(envelope.id)
    able = [
        one for one in plan.people
        if one.id and can_do(one, skills) and plan.free_day(one, minutes, envelope.bench_due) is not None
    ]  # fmt: skip
    # Of two with as little to do, whoever does fewer kinds of work: the others stay free for theirs.
    return min(able, key=lambda one: (plan.total(one.id), len(one.skills) or 99, one.id), default=None)


async def share_by_rule(most: int = AT_ONCE) -> None:
    """In shops that want it, work that nobody has is shared out by itself. Called again and again.

    What was longest not looked at comes first, whatever its hurry: work that nobody can do now must not keep the
    others waiting for ever, least of all another shop's.
    """
    now = clock.now()
    rows = await fetch(
        """WITH next AS (
               SELECT v.id FROM envelope v JOIN shop s ON s.id = v.shop AND s.share_out = 'least_loaded'
               WHERE v.stage IN ('received', 'approved', 'in_queue') AND v.jeweler IS NULL AND v.created_at < $1
               AND (v.share_looked_at IS NULL OR v.share_looked_at < $2)
               ORDER BY v.share_looked_at NULLS FIRST, (NOT v.is_rush), v.bench_due, v.id LIMIT $3
               FOR UPDATE OF v SKIP LOCKED)
           UPDATE envelope v SET share_looked_at = $1 FROM next WHERE v.id = next.id
           RETURNING v.id, v.shop, v.is_rush, v.bench_due""",
        now, now - LOOK_AGAIN, most,
    )  # fmt: skip
    for row in sorted(rows, key=lambda row: (not row["is_rush"], row["bench_due"], row["id"])):
        await _share_one(row["id"], row["shop"], None)
