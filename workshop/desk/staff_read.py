"""What the desk shows of colleagues: who they are, when they work, and what was changed about them."""

import json
from datetime import date
from typing import Any

from workshop.db import fetch
from workshop.desk.staff_forms import ROLE_WORDS
from workshop.errors import NotFound
from workshop.record.promises.capacity import DAYS
from workshop.record.promises.promise_words import say_day, say_minutes
from workshop.record.shop.days_off import days_off_from
from workshop.record.shop.skills import SKILLS, person_words
from workshop.record.tables import Shop


async def everybody(shop: Shop, today: date) -> list[dict[str, Any]]:
    """All who work or worked here, those who still do first, with their next days off."""
    rows = await fetch(
        "SELECT * FROM staff WHERE shop = $1 AND NOT is_system ORDER BY is_active DESC, name, id", shop.id
    )
    away: dict[int, list[dict[str, Any]]] = {}
    for one in await days_off_from(shop.id, today):
        away.setdefault(one["staff"], []).append(one)
    return [_shown(row, shop, away.get(row["id"], [])) for row in rows]


def _shown(row: dict[str, Any], shop: Shop, away: list[dict[str, Any]]) -> dict[str, Any]:
    week: dict[str, int] = json.loads(row["week_minutes"])
    return {
        "id": row["id"], "name": row["name"], "sign_in_name": row["sign_in_name"], "is_active": row["is_active"],
        "initials": "".join(word[0] for word in row["name"].split()[:3]).upper(),
        "roles": [role for role in ROLE_WORDS if role in row["roles"]], "skills": row["skills"],
        "skill_words": [person_words(skill) for skill in row["skills"]],
        "week": week or dict.fromkeys(DAYS, row["minutes_a_day"]) if row["minutes_a_day"] else week,
        "time_words": _time_words(row, week, shop), "away": away, "has_pin": bool(row["pin_hash"]),
        "has_password": bool(row["password_hash"]),
    }  # fmt: skip


def _time_words(row: dict[str, Any], week: dict[str, int], shop: Shop) -> str:
    if any(week.values()):
        return f"{say_minutes(sum(week.values()))} a week"
    if row["minutes_a_day"]:
        return f"{say_minutes(row['minutes_a_day'])} a day"
    if week or "bench" not in row["roles"]:
        return "none"
    return f"{say_minutes(shop.bench_minutes)} a day, as the shop has it"


async def colleague(shop: Shop, person: int, today: date) -> dict[str, Any]:
    """One of them. NotFound for anybody of another shop."""
    found = next((one for one in await everybody(shop, today) if one["id"] == person), None)
    if found is None:
        raise NotFound("Nobody of that number works here.")
    return found


async def skill_choices(shop: int) -> list[tuple[str, str]]:
    """Kinds of work to choose from: the usual ones, and whatever this shop's price book or people name."""
    rows = await fetch(
        """SELECT skill FROM price_item WHERE shop = $1 AND skill <> '' UNION
           SELECT unnest(skills) FROM staff WHERE shop = $1""",
        shop,
    )
    own = sorted({row["skill"] for row in rows} - set(SKILLS))
    return [(skill, person_words(skill)) for skill in [*SKILLS, *own]]


async def changes_of(shop: int, person: int, limit: int = 15) -> list[dict[str, Any]]:
    """What was changed about a colleague, newest first, with who did it."""
    rows = await fetch(
        """SELECT e.name, e.at, e.data, s.name AS who FROM event e LEFT JOIN staff s ON s.id = e.staff
           WHERE e.shop = $1 AND e.data->>'person' = $2 AND e.name IN (
               'shop_changed', 'staff_added', 'staff_changed', 'staff_roles_changed', 'staff_secret_set',
               'staff_left', 'staff_back', 'day_off_added', 'day_off_removed')
           ORDER BY e.id DESC LIMIT $3""",
        shop, str(person), limit,
    )  # fmt: skip
    return [{"at": row["at"], "who": row["who"] or "", "words": _said(row["name"], json.loads(row["data"]))}
            for row in rows]  # fmt: skip


def _said(name: str, data: dict[str, Any]) -> str:
    if name == "staff_changed":
        fields = {"name": "name", "sign_in_name": "sign-in name", "skills": "skills", "week_minutes": "minutes"}
        return "Changed: " + ", ".join(fields[one] for one in data["after"] if one in fields)
    if name == "staff_roles_changed":
        return f"Roles: {', '.join(data['before'])} → {', '.join(data['after'])}"
    if name == "staff_secret_set":
        return f"{ {'pin': 'PIN', 'password': 'Password', 'badge': 'Badge'}[data['what']]} " + (
            "taken away" if data.get("removed") else "set anew"
        )
    if name.startswith("day_off"):
        first, last = (say_day(date.fromisoformat(data[end])) for end in ("first", "last"))
        days = first if first == last else f"{first} to {last}"
        return f"Away {days}" if name == "day_off_added" else f"Not away {days} after all"
    return {"staff_added": "Began to work here", "staff_left": "Left", "staff_back": "Came back"}[name]
