"""Setting up colleagues: who they are, what they can do, how long they work, and when they leave."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from workshop import clock
from workshop.db import fetch, transaction
from workshop.errors import Conflict, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.codes import BADGE, new_code
from workshop.record.events import Actor, record
from workshop.record.promises.capacity import DAYS
from workshop.record.shop.held_work import free_held, lock_held
from workshop.record.shop.staff import hash_password, hash_pin
from workshop.record.shop.staff_rules import (
    check_is_manager,
    check_may_change,
    check_roles,
    keep_an_owner,
    locked_colleague,
    prove_own_password,
)
from workshop.record.tables import Staff


@dataclass(frozen=True)
class Details:
    """What the desk says about a colleague. Minutes by weekday; none at all: as the shop has it for the bench."""

    name: str
    sign_in_name: str
    skills: list[str] = field(default_factory=list)  # none: everything
    week: dict[str, int] = field(default_factory=dict)


def check_details(new: Details) -> None:
    """Refuse what cannot be, naming every field."""
    wrong = {}
    if not 1 <= len(new.name.strip()) <= 60:
        wrong["name"] = "Write the name, up to 60 characters."
    if not 2 <= len(new.sign_in_name.strip()) <= 40 or any(letter.isspace() for letter in new.sign_in_name.strip()):
        wrong["sign_in_name"] = "A sign-in name has 2 to 40 characters and no spaces."
    if any(len(skill) > 20 for skill in new.skills):
        wrong["skills"] = "A kind of work has at most 20 characters."
    if set(new.week) - set(DAYS) or any(not 0 <= minutes <= 1440 for minutes in new.week.values()):
        wrong["week"] = "Minutes of a day are 0 to 1440."
    if wrong:
        raise InvalidInput("Something needs a look. Nothing was changed.", **wrong)
    refuse_card_number(new.name, "name")


def _columns(new: Details) -> dict[str, Any]:
    return {
        "name": new.name.strip(), "sign_in_name": new.sign_in_name.strip().casefold(),
        "skills": list(dict.fromkeys(new.skills)), "minutes_a_day": max(new.week.values(), default=0),
        "week_minutes": new.week,
    }  # fmt: skip


async def add_colleague(
    new: Details, *, roles: list[str], password: str = "", pin: str = "", own_password: str, by: Actor
) -> Staff:
    """Somebody new works here. Raises InvalidInput naming the field, Forbidden where the role is not yours to give."""
    check_details(new)
    check_is_manager(by)
    check_roles(roles, [], by)
    secrets = {
        "password_hash": await asyncio.to_thread(hash_password, password) if password else "",
        "pin_hash": await asyncio.to_thread(hash_pin, pin) if pin else "",
    }
    await prove_own_password(by, own_password)
    try:
        async with transaction():
            columns = _columns(new) | secrets
            staff = Staff(shop=by.shop, roles=roles, badge_code=new_code(BADGE), **_stored(columns))
            await staff.save()
            await record("staff_added", shop=by.shop, by=by, person=staff.id, who=staff.name, roles=roles)
    except asyncpg.UniqueViolationError:
        raise _taken(new) from None
    return staff


async def change_colleague(person: int, new: Details, *, by: Actor) -> Staff:
    """Correct a colleague's name, skills or minutes."""
    check_details(new)
    try:
        async with transaction():
            staff = await locked_colleague(person, by=by)
            check_may_change(staff, by)
            before = {name: getattr(staff, name) for name in _columns(new)}
            before["week_minutes"] = json.loads(before["week_minutes"])
            changed = {name: value for name, value in _columns(new).items() if value != before[name]}
            if changed:
                for name, value in _stored(changed).items():
                    setattr(staff, name, value)
                await staff.save([getattr(Staff, name) for name in changed])
                await record(
                    "staff_changed", shop=by.shop, by=by, person=staff.id, who=staff.name,
                    before={name: before[name] for name in changed}, after=changed,
                )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise _taken(new) from None
    return staff


def _stored(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if name == "week_minutes" else value for name, value in columns.items()}


def _taken(new: Details) -> InvalidInput:
    sentence = f"Somebody signs in as “{new.sign_in_name.strip()}” already. Choose another sign-in name."
    return InvalidInput(sentence, sign_in_name=sentence)


async def change_roles(person: int, roles: list[str], *, own_password: str, by: Actor) -> Staff:
    """Give a colleague these roles and no others. Their sessions end: they sign in again with the new ones."""
    await prove_own_password(by, own_password)
    async with transaction():
        staff = await locked_colleague(person, by=by)
        check_may_change(staff, by)
        check_roles(roles, staff.roles, by)
        if set(roles) == set(staff.roles):
            return staff
        if "owner" not in roles:
            await keep_an_owner(staff)
        before, staff.roles = staff.roles, roles
        await staff.save([Staff.roles])
        await end_sessions(staff.id)
        await record(
            "staff_roles_changed", shop=by.shop, by=by, person=staff.id, who=staff.name, before=before, after=roles
        )
    return staff


async def let_go(person: int, *, by: Actor) -> int:
    """A colleague leaves: nobody signs in as them any more, at once; what they did stays theirs in history.

    Work planned for them is nobody's again. Gives how many pieces that are.
    """
    async with transaction():
        await lock_held(by.shop, person)
        staff = await locked_colleague(person, by=by)
        check_may_change(staff, by)
        if staff.id == by.id:
            raise Conflict("You cannot take yourself off. Ask another manager to do it.")
        if not staff.is_active:
            return 0
        await keep_an_owner(staff)
        staff.is_active = False
        await staff.save([Staff.is_active])
        await end_sessions(staff.id)
        freed = await free_held(staff, by=by)
        await record("staff_left", shop=by.shop, by=by, person=staff.id, who=staff.name, pieces=freed)
    return freed


async def take_back(person: int, *, own_password: str, by: Actor) -> Staff:
    """A colleague works here again, with the roles they had and a new badge."""
    await prove_own_password(by, own_password)
    async with transaction():
        staff = await locked_colleague(person, by=by)
        check_may_change(staff, by)
        if staff.is_active:
            return staff
        staff.is_active, staff.badge_code = True, new_code(BADGE)
        await staff.save([Staff.is_active, Staff.badge_code])
        await record("staff_back", shop=by.shop, by=by, person=staff.id, who=staff.name)
    return staff


async def end_sessions(person: int) -> None:
    """Everything this person is signed in on ends now, inside the caller's transaction."""
    await fetch("UPDATE session SET ended_at = $2 WHERE staff = $1 AND ended_at IS NULL", person, clock.now())
