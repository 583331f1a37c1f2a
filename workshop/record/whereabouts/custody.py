"""Custody: at which place an envelope lies, who put it there, and the unbroken line of its stays.

Whatever changes an envelope's place ends one stay and begins the next, in the same transaction. A stay holds
the value declared for it, so that the stays of a past midnight are what the shop answered for then.
"""

from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one
from workshop.record.codes import PLACE, new_code
from workshop.record.events import Actor
from workshop.record.stages import SPOKEN, Stage
from workshop.record.tables import Envelope
from workshop.record.whereabouts.missing import found_again

S = Stage
WITH_CUSTOMER = "with the customer"
UNKNOWN = "nobody knows where"

# Kind of place: its word, its icon, and what a place of that kind is called that nobody named.
KINDS: dict[str, tuple[str, str, str]] = {
    "counter": ("Counter", "home", "counter"),
    "bench": ("Bench", "hammer", "bench"),
    "order": ("Order box", "list", "order box"),
    "hold": ("Hold box", "player-pause", "hold box"),
    "check": ("Quality check", "checklist", "quality check"),
    "finished": ("Finished box", "shopping-bag-check", "finished box"),
    "safe": ("Safe tray", "lock", "safe tray"),
    "vendor": ("Vendor", "truck-delivery", "vendor"),
    "other_shop": ("Other shop", "switch-horizontal", "other shop"),
}
AWAY = ("vendor", "other_shop")  # reached by a packing list only, never by putting something there
_AFTER = {
    S.IN_QUEUE: "order", S.AT_BENCH: "bench", S.AT_VENDOR: "vendor", S.QUALITY_CHECK: "check",
    S.READY_FOR_PICKUP: "finished", S.ON_HOLD: "hold",
}  # fmt: skip


async def place_of_kind(kind: str, *, shop: int) -> dict[str, Any]:
    """The shop's first place of a kind that is in use; made if there is none. Inside the caller's transaction."""
    found = await fetch_one(
        "SELECT * FROM place WHERE shop = $1 AND kind = $2 AND retired_at IS NULL ORDER BY id LIMIT 1", shop, kind
    )
    return found or await new_place(KINDS[kind][2], kind, shop=shop)


async def bench_of(by: Actor) -> dict[str, Any]:
    """A colleague's own bench; made at their first START. Inside the caller's transaction."""
    found = await _bench(by)
    if found is None:
        await fetch(
            """INSERT INTO place (shop, name, kind, staff, code) VALUES ($1, $2, 'bench', $3, $4)
               ON CONFLICT (shop, staff) WHERE kind = 'bench' AND staff IS NOT NULL DO NOTHING""",
            by.shop, await _bench_name(by), by.id, new_code(PLACE),
        )  # fmt: skip
        found = await _bench(by)
    assert found is not None
    return found


async def _bench(by: Actor) -> dict[str, Any] | None:
    return await fetch_one("SELECT * FROM place WHERE shop = $1 AND staff = $2 AND kind = 'bench'", by.shop, by.id)


async def _bench_name(by: Actor) -> str:
    """`bench of Kai`; with the whole name where there are two of them."""
    short = f"bench of {by.name.split()[0]}"
    taken = await fetch_one("SELECT id FROM place WHERE shop = $1 AND lower(name) = lower($2)", by.shop, short)
    return f"bench of {by.name}"[:40] if taken else short


async def new_place(name: str, kind: str, *, shop: int) -> dict[str, Any]:
    """A place with a fresh code, inside the caller's transaction."""
    row = await fetch_one(
        "INSERT INTO place (shop, name, kind, code) VALUES ($1, $2, $3, $4) RETURNING *",
        shop, name, kind, new_code(PLACE),
    )  # fmt: skip
    assert row is not None
    return row


async def place_after(envelope: Envelope, start: Stage, to: Stage, by: Actor) -> None:
    """Set where a move of its path leaves a locked envelope; `keep_custody` follows once it is saved."""
    if to not in SPOKEN:
        await found_again(envelope, by)  # whoever moves it has it in hand
    if to is S.PICKED_UP:
        envelope.place, envelope.location = None, WITH_CUSTOMER
    elif start in (S.ON_HOLD, S.QUALITY_CHECK) and to is S.AT_BENCH:
        return  # it lies there until its jeweler fetches it; whoever failed it does not keep it
    elif to in _AFTER:
        kind = _AFTER[to]
        lay_in(envelope, await (bench_of(by) if kind == "bench" else place_of_kind(kind, shop=envelope.shop)))


def lay_in(envelope: Envelope, place: dict[str, Any]) -> None:
    """Set the place of a locked envelope; saving it and `keep_custody` are the caller's."""
    envelope.place, envelope.location = place["id"], place["name"]


async def keep_custody(envelope: Envelope, by: Actor | None) -> None:
    """Bring the line of stays up to an envelope just saved. Inside the caller's transaction; twice does nothing."""
    is_gone = envelope.stage == S.PICKED_UP
    now = clock.now()
    await fetch(
        """UPDATE custody SET until = greatest(since, $5) WHERE envelope = $1 AND until IS NULL AND
           ($6 OR (shop, place, declared_cents) IS DISTINCT FROM ($2::int, $3::int, $4::bigint))""",
        envelope.id, envelope.shop, envelope.place, envelope.declared_value_cents, now, is_gone,
    )  # fmt: skip
    if not is_gone:
        await fetch(
            """INSERT INTO custody (shop, envelope, place, declared_cents, staff, station, since)
               SELECT $1, $2, $3, $4, $5, $6, $7
               WHERE NOT EXISTS (SELECT FROM custody WHERE envelope = $2 AND until IS NULL)""",
            envelope.shop, envelope.id, envelope.place, envelope.declared_value_cents, (by.id or None) if by else None,
            by.station if by else "", now,
        )  # fmt: skip
