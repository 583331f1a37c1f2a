"""Who may change whom: an owner is made and changed by owners alone, and one always remains."""

from workshop.db import fetch_one, fetch_value
from workshop.errors import Conflict, Forbidden, InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.shop.staff import ROLES, check_tries, count_miss, forget_misses, password_fits
from workshop.record.tables import Staff


async def locked_colleague(person: int, *, by: Actor) -> Staff:
    """A colleague of this shop, held until the transaction ends. NotFound for anybody else's."""
    row = await fetch_one(
        "SELECT * FROM staff WHERE id = $1 AND shop = $2 AND NOT is_system FOR UPDATE", person, by.shop
    )
    if row is None:
        raise NotFound("Nobody of that number works here.")
    known = {column._meta.name for column in Staff._meta.columns}  # a newer version may run beside us
    staff = Staff(**{name: value for name, value in row.items() if name in known})
    staff._exists_in_db = True
    return staff


def check_is_manager(by: Actor) -> None:
    """Colleagues are set up by managers. Raises Forbidden."""
    if not by.is_one_of("manager", "owner"):
        raise Forbidden("Colleagues are set up by a manager.")


def check_may_change(staff: Staff, by: Actor) -> None:
    """A manager changes a colleague, an owner alone an owner. Raises Forbidden."""
    check_is_manager(by)
    if "owner" in staff.roles and not by.is_one_of("owner"):
        raise Forbidden(f"{staff.name} is an owner. Only an owner changes that.")


def check_roles(roles: list[str], before: list[str], by: Actor) -> None:
    """Refuse roles that do not exist, and an owner made or unmade by anybody but an owner."""
    if not roles or set(roles) - set(ROLES):
        sentence = "Choose at least one role."
        raise InvalidInput(sentence, roles=sentence)
    if ("owner" in roles) != ("owner" in before) and not by.is_one_of("owner"):
        raise Forbidden("Only an owner makes somebody an owner, or takes it away.")


async def keep_an_owner(staff: Staff) -> None:
    """Refuse to lose the last owner of a shop, inside the caller's transaction. Raises Conflict."""
    if "owner" not in staff.roles or not staff.is_active:
        return
    # Two owners unmade at once would each see the other one: they go one after the other.
    await fetch_value("SELECT id FROM shop WHERE id = $1 FOR NO KEY UPDATE", staff.shop)
    others = await fetch_value(
        """SELECT count(*) FROM staff WHERE shop = $1 AND id <> $2 AND is_active AND NOT is_system
           AND 'owner' = ANY(roles)""",
        staff.shop, staff.id,
    )  # fmt: skip
    if not others:
        raise Conflict(f"{staff.name} is the only owner. Make somebody else an owner first.")


async def prove_own_password(by: Actor, password: str) -> None:
    """Roles, PINs and passwords are changed by who can say their own password again (ASVS 7.5.3).

    Raises InvalidInput on `own_password`, TooMany after too many wrong ones.
    """
    key = f"own-password {by.id}"
    await check_tries(key)
    await count_miss(key)  # before the slow look, so that many at once are counted too
    staff = await Staff.objects().get(Staff.id == by.id)
    if staff is None or not await password_fits(staff, password):
        sentence = "That is not your own password. Nothing was changed."
        raise InvalidInput(sentence, own_password=sentence)
    await forget_misses(key)
