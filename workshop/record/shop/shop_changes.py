"""Changing how the shop is set up: one verb, one event with what was before and after."""

import json
from collections.abc import Mapping
from typing import Any

from piccolo.columns import JSONB

from workshop.db import fetch, transaction
from workshop.errors import Forbidden
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.tables import Shop

Changes = dict[str, tuple[Any, Any]]
COLUMNS = {column._meta.db_column_name: column for column in Shop._meta.columns}


async def change_shop(new: Mapping[str, Any], *, group: str, by: Actor, owner_only: bool = False) -> Changes:
    """Set columns of the shop, keeping in history what stood there. Gives (before, after) of what differs.

    A changed policy text becomes the next version: tickets name the version their customer signed.
    Raises Forbidden for anybody but a manager, or but the owner where the group is the owner's.
    """
    _check(new, by, owner_only)
    async with transaction():
        names = [*new, "policy_version"]
        row = (await fetch(f"SELECT {', '.join(names)} FROM shop WHERE id = $1 FOR UPDATE", by.shop))[0]  # noqa: S608
        changed = {name: (plain(name, row[name]), value) for name, value in new.items()}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if not changed:
            return {}
        if "policy_text" in changed:
            changed["policy_version"] = (row["policy_version"], row["policy_version"] + 1)
        places = ", ".join(f"{name} = ${place}" for place, name in enumerate(changed, start=2))
        values = [_stored(name, pair[1]) for name, pair in changed.items()]
        await fetch(f"UPDATE shop SET {places} WHERE id = $1", by.shop, *values)  # noqa: S608 - names of columns
        await record(
            "shop_changed", shop=by.shop, by=by, group=group,
            before={name: pair[0] for name, pair in changed.items()},
            after={name: pair[1] for name, pair in changed.items()},
        )  # fmt: skip
    return changed


def _check(new: Mapping[str, Any], by: Actor, owner_only: bool) -> None:
    if not by.is_one_of("owner") if owner_only else not by.is_one_of("manager", "owner"):
        raise Forbidden("This setting is the owner's." if owner_only else "Settings are for managers.")
    unknown = set(new) - set(COLUMNS)
    if unknown:
        raise ValueError(f"not columns of the shop: {', '.join(sorted(unknown))}")
    for name, value in new.items():
        if isinstance(value, str):
            refuse_card_number(value, name)


def plain(name: str, stored: Any) -> Any:
    """A setting as Python holds it; what the database keeps as JSON is read."""
    return json.loads(stored) if isinstance(COLUMNS[name], JSONB) else stored


def _stored(name: str, value: Any) -> Any:
    return json.dumps(value) if isinstance(COLUMNS[name], JSONB) else value


async def shop_history(shop: int, group: str, limit: int = 12) -> list[dict[str, Any]]:
    """Who changed a group of settings, when, and what; newest first."""
    rows = await fetch(
        """SELECT e.at, e.data, s.name AS who FROM event e LEFT JOIN staff s ON s.id = e.staff
           WHERE e.shop = $1 AND e.name = 'shop_changed' AND e.data->>'group' = $2
           ORDER BY e.id DESC LIMIT $3""",
        shop, group, limit,
    )  # fmt: skip
    return [{"at": row["at"], "who": row["who"] or "", **json.loads(row["data"])} for row in rows]
