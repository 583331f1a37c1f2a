"""Passwords, PINs and badges of colleagues, set by a manager who says their own password again."""

import asyncio

from workshop.db import transaction
from workshop.record.codes import BADGE, new_code
from workshop.record.events import Actor, record
from workshop.record.shop.staff import hash_password, hash_pin
from workshop.record.shop.staff_changes import end_sessions
from workshop.record.shop.staff_rules import check_may_change, locked_colleague, prove_own_password
from workshop.record.tables import Staff


async def set_password(person: int, password: str, *, own_password: str, by: Actor) -> None:
    """Set a colleague's password. Whoever is signed in as them is signed out at once (ASVS 7.4.1)."""
    hashed = await asyncio.to_thread(hash_password, password)
    await prove_own_password(by, own_password)
    await _set(person, "password", "password_hash", hashed, by)


async def set_pin(person: int, pin: str, *, own_password: str, by: Actor) -> None:
    """Set a colleague's PIN; their sessions end. No PIN takes it away: they sign in with the password alone."""
    hashed = await asyncio.to_thread(hash_pin, pin) if pin else ""
    await prove_own_password(by, own_password)
    await _set(person, "pin", "pin_hash", hashed, by)


async def renew_badge(person: int, *, by: Actor) -> None:
    """A lost badge opens nothing any more; the new code is printed with the bench cards."""
    await _set(person, "badge", "badge_code", new_code(BADGE), by)


async def _set(person: int, what: str, column: str, value: str, by: Actor) -> None:
    async with transaction():
        staff = await locked_colleague(person, by=by)
        check_may_change(staff, by)
        setattr(staff, column, value)
        await staff.save([getattr(Staff, column)])
        await end_sessions(staff.id)
        await record(
            "staff_secret_set", shop=by.shop, by=by, person=staff.id, who=staff.name, what=what, removed=not value
        )
