"""Every pair of stages against the path written down here a second time, by every role; and random walks."""

import random
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.errors import Forbidden, NotAllowed
from workshop.record.stages import MOVES, Stage, Standing, allowed_moves, check_move

COUNTER, BENCH, FLOOR = "counter manager owner", "bench manager owner", "counter bench manager owner"
HOLD = {"on_hold": FLOOR}
CANCEL = {"cancelled": COUNTER}

# The path as the trade has it (PRODUCT 2): from -> to -> who may. Nothing that is not here is allowed.
PATH: dict[str, dict[str, str]] = {
    "received": {"estimating": FLOOR, "in_queue": FLOOR} | HOLD | CANCEL,
    "estimating": {"awaiting_approval": FLOOR} | HOLD | CANCEL,
    "awaiting_approval": {"approved": COUNTER, "declined": COUNTER, "estimating": FLOOR} | HOLD | CANCEL,
    "approved": {"in_queue": FLOOR, "estimating": FLOOR} | HOLD | CANCEL,
    "in_queue": {"at_bench": BENCH, "estimating": FLOOR, "at_vendor": FLOOR} | HOLD | CANCEL,
    "at_bench": {"quality_check": BENCH, "estimating": BENCH, "in_queue": BENCH, "at_vendor": BENCH} | HOLD,
    "at_vendor": {"in_queue": FLOOR, "quality_check": FLOOR},
    "quality_check": {"ready_for_pickup": FLOOR, "at_bench": FLOOR} | HOLD,
    "ready_for_pickup": {"picked_up": COUNTER, "in_queue": COUNTER},
    "picked_up": {},
    "on_hold": CANCEL,  # and back to where it was held, below
    "declined": {"estimating": FLOOR, "ready_for_pickup": COUNTER},
    "cancelled": {"ready_for_pickup": COUNTER},
}
HOLDABLE = [start for start, ways in PATH.items() if "on_hold" in ways]
ROLES = ("counter", "bench", "manager", "owner")
NEEDS_REASON = {
    *((start, "on_hold") for start in HOLDABLE),
    *((start, "cancelled") for start, ways in PATH.items() if "cancelled" in ways),
    ("quality_check", "at_bench"), ("ready_for_pickup", "in_queue"),
}  # fmt: skip


def everything_in_order(start: Stage, to: Stage, held_from: str = "") -> Standing:
    """A standing in which only the table and the role can be in the way."""
    approval = {Stage.AWAITING_APPROVAL: "sent", Stage.DECLINED: "declined"}.get(to, "approved")
    return Standing("HR-1-1", start, held_from, approval, worked_by=7, is_checked=True, is_collected=True,
                    is_packed=True)  # fmt: skip


def ways_from(start: Stage, held_from: str = "") -> dict[str, str]:
    back = {held_from: FLOOR} if start is Stage.ON_HOLD else {}
    return PATH[start.value] | back


def starts() -> list[tuple[Stage, str]]:
    plain = [(stage, "") for stage in Stage if stage is not Stage.ON_HOLD]
    return plain + [(Stage.ON_HOLD, held) for held in HOLDABLE]


def test_the_thirteen_stages_are_all_here() -> None:
    assert len(Stage) == 13
    assert set(PATH) == {stage.value for stage in Stage}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("start", "held_from"), starts())
@pytest.mark.parametrize("to", list(Stage))
def test_every_pair_of_stages_by_every_role(start: Stage, held_from: str, to: Stage, role: str) -> None:
    standing, ways = everything_in_order(start, to, held_from), ways_from(start, held_from)

    def attempt() -> str:
        return check_move(standing, to, by=1, roles={role}, reason="part").act

    if to.value not in ways:
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert set(refused.value.allowed) == {name for name, who in ways.items() if role in who.split()}
        assert standing.number in refused.value.message
    elif role not in ways[to.value].split():
        with pytest.raises(Forbidden, match="Ask one of them"):
            attempt()
    else:
        assert attempt()


@pytest.mark.parametrize(("start", "to"), sorted(NEEDS_REASON))
def test_no_hold_cancellation_or_return_without_a_reason(start: str, to: str) -> None:
    standing = everything_in_order(Stage(start), Stage(to))
    with pytest.raises(NotAllowed, match="needs a reason"):
        check_move(standing, Stage(to), by=1, roles={"owner"}, reason="  ")


@pytest.mark.parametrize("approval", ["missing", "draft", "sent", "declined", "expired"])
@pytest.mark.parametrize(
    ("start", "to"),
    [("received", "in_queue"), ("approved", "in_queue"), ("in_queue", "at_bench"), ("in_queue", "at_vendor")],
)
def test_no_work_before_approval(start: str, to: str, approval: str) -> None:
    standing = replace(everything_in_order(Stage(start), Stage(to)), approval=approval)
    with pytest.raises(NotAllowed):
        check_move(standing, Stage(to), by=1, roles={"owner"}, reason="")


def test_the_maker_passes_only_where_the_shop_says_so() -> None:
    mine = replace(everything_in_order(Stage.QUALITY_CHECK, Stage.READY_FOR_PICKUP), worked_by=1)
    with pytest.raises(NotAllowed, match="somebody else checks it"):
        check_move(mine, Stage.READY_FOR_PICKUP, by=1, roles={"owner"}, reason="")
    alone = replace(mine, maker_may_pass=True)
    assert check_move(alone, Stage.READY_FOR_PICKUP, by=1, roles={"bench"}, reason="").act == "Pass"


@dataclass(frozen=True)
class Try:
    """Somebody wants to move it, with what they have in their hands."""

    luck: int  # mostly along the path, sometimes anywhere
    person: int
    role: str
    approval: str
    is_checked: bool
    is_collected: bool
    reason: str
    is_packed: bool

    def aim(self, now: Standing) -> Stage:
        offered = allowed_moves(now, {self.role})
        if offered and self.luck < 80:
            return offered[self.luck % len(offered)]
        return list(Stage)[self.luck % len(Stage)]


tries = st.builds(
    Try, luck=st.integers(0, 99), person=st.integers(1, 3), role=st.sampled_from(ROLES),
    approval=st.sampled_from(["not_needed", "approved", "missing", "draft", "sent", "declined", "expired"]),
    is_checked=st.booleans(), is_collected=st.booleans(), reason=st.sampled_from(["part", ""]),
    is_packed=st.booleans(),
)  # fmt: skip


def walk_on(walk: list[Try]) -> set[Stage]:
    """Follow a walk from the counter, checking every step that was let through; gives where it came."""
    now, passed, seen = Standing("HR-1-1", Stage.RECEIVED), False, {Stage.RECEIVED}
    for one in walk:
        now = replace(now, approval=one.approval, is_checked=one.is_checked, is_collected=one.is_collected,
                      is_packed=one.is_packed)  # fmt: skip
        to = one.aim(now)
        try:
            check_move(now, to, by=one.person, roles={one.role}, reason=one.reason)
        except (NotAllowed, Forbidden):
            continue
        assert one.role in ways_from(now.stage, now.held_from)[to.value].split()
        passed = gate(now, to, one, passed)
        now = step(now, to, one)
        seen.add(to)
    return seen


@settings(max_examples=200, deadline=None)
@given(st.lists(tries, min_size=1, max_size=80))
def test_no_walk_leaves_the_path_or_slips_past_a_gate(walk: list[Try]) -> None:
    walk_on(walk)


def test_long_walks_come_everywhere() -> None:
    dice = random.Random(7)
    seen: set[Stage] = set()
    for _ in range(400):
        walk = [
            Try(dice.randrange(100), dice.randint(1, 3), dice.choice(ROLES),
                dice.choice(["approved", "sent", "declined"]), dice.random() < 0.5,
                dice.random() < 0.5, dice.choice(["part", ""]), dice.random() < 0.5)
            for _ in range(80)
        ]  # fmt: skip
        seen |= walk_on(walk)
    assert seen == set(Stage)


def gate(now: Standing, to: Stage, one: Try, passed: bool) -> bool:
    """What must be true of a move that was let through; gives whether the check is behind it now."""
    clear = one.approval in ("not_needed", "approved")
    if now.stage in (Stage.RECEIVED, Stage.APPROVED, Stage.IN_QUEUE) and to in (Stage.IN_QUEUE, Stage.AT_BENCH):
        assert clear
    if Stage.AT_VENDOR in (now.stage, to):
        assert one.is_packed
    if now.stage is Stage.QUALITY_CHECK and to is Stage.READY_FOR_PICKUP:
        assert one.is_checked
        assert one.person != now.worked_by
        return True
    if to is Stage.READY_FOR_PICKUP:
        assert now.stage in (Stage.DECLINED, Stage.CANCELLED)
        return True  # returned unrepaired: there is no work to check
    if to is Stage.PICKED_UP:
        assert one.is_collected
        assert passed
    return passed and to in (Stage.PICKED_UP,)


def step(now: Standing, to: Stage, one: Try) -> Standing:
    held = now.stage.value if to is Stage.ON_HOLD else ""
    worker = one.person if to is Stage.AT_BENCH and now.stage is not Stage.QUALITY_CHECK else now.worked_by
    return replace(now, stage=to, held_from=held, worked_by=worker)


def test_every_move_of_the_table_is_written_on_a_button() -> None:
    assert all(move.act and move.roles for move in MOVES.values())
