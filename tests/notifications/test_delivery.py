"""Reports come in any order and more than once; the row must not care."""

from itertools import permutations, product

import pytest

from notifications.delivery import LABELS, LOST, MOVES, NEEDS_CALL, State, can_move, settle

REPORTS = ["accepted", "queued", "sending", "sent", "delivered", "read", "undelivered", "failed",
           "canceled", "scheduled", "partially_delivered"]  # fmt: skip
STORIES = [
    (["queued", "sending", "sent", "delivered", "read"], State.READ),
    (["accepted", "queued", "sending", "sent", "delivered"], State.DELIVERED),
    (["accepted", "queued", "sending", "sent", "undelivered"], State.UNDELIVERED),
    (["accepted", "queued", "sending", "sent", "failed"], State.FAILED),
    (["queued", "sent", "delivered", "failed", "canceled"], State.FAILED),
]


def after(reports: list[str], start: State) -> State:
    state = start
    for report in reports:
        state = settle(state, report)
    return state


@pytest.mark.parametrize(("story", "end"), STORIES)
@pytest.mark.parametrize("start", [State.SENDING, State.UNKNOWN, State.ACCEPTED, State.PENDING])
def test_all_120_orders_each_sent_twice_end_the_same(
    story: list[str], end: State, start: State
) -> None:
    orders = [list(order) for order in permutations(story)]
    assert len(orders) == 120
    echoed = [[report for report in order for _ in range(2)] for order in orders]
    repeated = [order + order for order in orders]
    backwards = [order + order[::-1] for order in orders]
    ends = {after(order, start) for order in (*echoed, *repeated, *backwards)}
    assert ends == {end}


@pytest.mark.parametrize("current", list(State))
@pytest.mark.parametrize("report", REPORTS)
def test_a_report_only_makes_moves_the_table_has(current: State, report: str) -> None:
    state = settle(current, report)
    assert state is current or can_move(current, state)
    assert settle(state, report) is state


@pytest.mark.parametrize(
    ("lost", "report"), list(product(LOST, ["sent", "delivered", "read", "queued"]))
)
def test_a_lost_text_stays_lost(lost: State, report: str) -> None:
    assert settle(lost, report) is lost


def test_a_callback_alone_settles_what_we_did_not_know() -> None:
    assert settle(State.UNKNOWN, "delivered") is State.DELIVERED
    assert settle(State.SENDING, "queued") is State.QUEUED


def test_a_late_first_answer_does_not_undo_a_delivery() -> None:
    assert settle(State.DELIVERED, "queued") is State.DELIVERED


@pytest.mark.parametrize("report", ["", "nonsense", "received", "receiving"])
def test_words_that_are_not_about_sending_change_nothing(report: str) -> None:
    assert all(settle(state, report) is state for state in State)


def test_what_stays_on_the_screen_is_shown() -> None:
    assert settle(State.SENDING, "shown") is State.SHOWN
    assert settle(State.DELIVERED, "shown") is State.DELIVERED


def test_nothing_goes_back_to_be_sent_but_what_surely_did_not_leave() -> None:
    back = {state for state in State if can_move(state, State.PENDING)}
    assert back == {State.SENDING, State.UNKNOWN, State.PARKED}
    assert {state for state in State if can_move(state, State.SENDING)} == {State.PENDING}


def test_a_text_that_left_never_leaves_again() -> None:
    left = [State.ACCEPTED, State.QUEUED, State.LEAVING, State.SENT, State.DELIVERED, State.READ]
    ours = {State.PENDING, State.SENDING, State.UNKNOWN, State.SUPERSEDED, State.OPTED_OUT}
    assert all(not MOVES[state] & ours for state in [*left, *LOST])


def test_every_state_has_words_and_a_way_on_or_an_end() -> None:
    assert set(LABELS) == set(State) == set(MOVES)
    assert LABELS[State.UNKNOWN] == "We don't know if it arrived"
    assert {LABELS[state] for state in (*LOST, State.REFUSED)} == {"Could not text"}
    assert all(can_move(state, State.HANDLED) for state in NEEDS_CALL)
    assert not MOVES[State.HANDLED]
    assert not MOVES[State.SHOWN]
