"""The life of one message: what may follow what, and how staff read it."""

from enum import StrEnum

from workshop.record.tickets.message_words import STANDS, UNSAID


class State(StrEnum):
    """Where a message is. `sending` is our own request; Twilio's "sending" is `leaving`."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PARKED = "parked"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    OPTED_OUT = "opted_out"
    BLOCKED = "blocked"
    SHOWN = "shown"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    LEAVING = "leaving"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    CANCELED = "canceled"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    HANDLED = "handled"
    RECEIVED = "received"


LABELS = {State(state): words for state, words in STANDS.items()}

# Twilio's words for what it did. A scheduled text is accepted; a partly delivered one has left.
_STATUSES = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.QUEUED,
    "sending": State.LEAVING,
    "sent": State.SENT,
    "partially_delivered": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.READ,
    "canceled": State.CANCELED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "shown": State.SHOWN,
}

_ON_ITS_WAY = (
    State.ACCEPTED,
    State.QUEUED,
    State.LEAVING,
    State.SENT,
    State.DELIVERED,
    State.READ,
)
LOST = (State.CANCELED, State.UNDELIVERED, State.FAILED)
_SETTLED = (State.SHOWN, State.HANDLED, State.RECEIVED)

# Callbacks come in any order, so what they add up to may not depend on it: the highest wins.
# A failure outranks a delivery. Should Twilio ever report both, a needless call to the customer
# is the smaller harm. A message a person has dealt with stays dealt with.
_RANKS = {state: rank for rank, state in enumerate((*_ON_ITS_WAY, *LOST, *_SETTLED), start=1)}

# A text that may not leave leaves its news unsaid, so somebody has to call as well.
NEEDS_CALL = frozenset(State(state) for state in UNSAID)

_REPORTED = frozenset({*_ON_ITS_WAY, *LOST})
_OURS = {
    State.PENDING: {State.SENDING, State.SUPERSEDED, State.OPTED_OUT, State.BLOCKED, State.PARKED},
    # Back to pending only after an answer that proves nothing left; a lost lease is unknown.
    # A second unknown goes straight to a person.
    State.SENDING: {State.PENDING, State.SHOWN, State.REFUSED, State.UNKNOWN, State.PARKED},
    # To pending only after three looks that did not find it; a second time goes to a person.
    State.UNKNOWN: {State.PENDING, State.PARKED, State.SHOWN},
    State.PARKED: {State.PENDING},
    State.REFUSED: set[State](),
    State.SUPERSEDED: set[State](),
    State.OPTED_OUT: set[State](),
    State.BLOCKED: set[State](),
}


def _moves_from(state: State) -> frozenset[State]:
    if state in _SETTLED:
        return frozenset()
    higher = {other for other in _REPORTED if _RANKS[other] > _RANKS.get(state, 0)}
    told = {State.HANDLED} if state in NEEDS_CALL else set[State]()
    return frozenset({*_OURS.get(state, ()), *higher, *told})


MOVES: dict[State, frozenset[State]] = {state: _moves_from(state) for state in State}


def can_move(current: State, to: State) -> bool:
    """Whether the table of moves has this one."""
    return to in MOVES[current]


def settle(current: State, status: str) -> State:
    """The state after Twilio reports `status`; an unknown word changes nothing.

    Reports may repeat and come in any order: the same set ends in the same state. A report
    about a message of ours in any earlier state proves that Twilio has it.
    """
    reported = _STATUSES.get(status.strip().lower())
    if reported is None:
        return current
    if reported is State.SHOWN:
        return State.SHOWN if can_move(current, State.SHOWN) else current
    return max(current, reported, key=lambda state: _RANKS.get(state, 0))
