"""Displays: screens on a wall that may read one view of one shop's board and nothing else."""

from dataclasses import dataclass
from typing import Any

from bench.views import View
from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput, NotFound
from workshop.record.codes import hashed
from workshop.record.events import Actor, record
from workshop.record.shop.skills import SKILLS
from workshop.record.shop.staff import make_token

THEMES = {"dark": "Dark", "light": "Light", "day": "Light while it is day, dark in the evening"}


@dataclass(frozen=True)
class Display:
    """One screen: whose board it reads, what of it, and how bright."""

    shop: int
    view: View
    theme: str


async def display_of(token: str) -> Display | None:
    """The display of a token; None for one that is not known or was switched off."""
    row = await fetch_one(
        """SELECT d.shop, d.view_staff, d.view_skill, d.theme, split_part(s.name, ' ', 1) AS name
           FROM access_token d LEFT JOIN staff s ON s.id = d.view_staff
           WHERE d.token_hash = $1 AND d.kind = 'display' AND d.revoked_at IS NULL""",
        hashed(token),
    )
    if row is None:
        return None
    return Display(row["shop"], View(row["view_staff"], row["view_skill"], row["name"] or ""), row["theme"])


async def displays_of(shop: int) -> list[dict[str, Any]]:
    """The displays that may read the board now."""
    return await fetch(
        """SELECT d.id, d.name, d.created_at, d.view, d.view_skill, d.theme, s.name AS person
           FROM access_token d LEFT JOIN staff s ON s.id = d.view_staff
           WHERE d.shop = $1 AND d.kind = 'display' AND d.revoked_at IS NULL ORDER BY d.id DESC""",
        shop,
    )


async def people_to_show(shop: int) -> list[dict[str, Any]]:
    """The colleagues whose work a display can show."""
    return await fetch(
        "SELECT id, name FROM staff WHERE shop = $1 AND is_active AND NOT is_system ORDER BY name, id", shop
    )


async def skills_to_show(shop: int) -> list[str]:
    """The kinds of work a display can show: the usual ones, and those of the shop's own colleagues."""
    rows = await fetch("SELECT DISTINCT unnest(skills) AS skill FROM staff WHERE shop = $1 AND is_active", shop)
    return [*SKILLS, *sorted({row["skill"] for row in rows} - set(SKILLS))]


async def view_of(shop: int, what: str) -> View:
    """`shop`, `person-3` or `skill-setter` as a view. Raises InvalidInput for what this shop does not have."""
    kind, _, which = what.partition("-")
    if kind == "shop":
        return View()
    if kind == "person" and which.isdigit():
        person = next((one for one in await people_to_show(shop) if one["id"] == int(which)), None)
        if person is not None:
            return View(person["id"], name=person["name"].split(" ")[0])
    if kind == "skill" and which in await skills_to_show(shop):
        return View(skill=which)
    raise InvalidInput("Choose what the display shows.", view="Choose what the display shows.")


async def add_display(name: str, *, by: Actor, view: str = "shop", theme: str = "dark") -> str:
    """A new display's token. It is shown this once; only its hash is kept."""
    wrong = {}
    if not 2 <= len(name) <= 60:
        wrong["name"] = "Say where the display hangs, in 2 to 60 letters."
    if theme not in THEMES:
        wrong["theme"] = "Choose dark, light, or by the hour."
    if wrong:
        raise InvalidInput(next(iter(wrong.values())), **wrong)
    seen = await view_of(by.shop, view)
    token = await make_token(shop=by.shop, name=name, kind="display")
    async with transaction():
        await fetch(
            "UPDATE access_token SET view = $2, view_staff = $3, view_skill = $4, theme = $5 WHERE token_hash = $1",
            hashed(token), view.partition("-")[0], seen.staff, seen.skill, theme,
        )  # fmt: skip
        await record("display_added", shop=by.shop, by=by, display=name)
    return token


async def revoke_display(display: int, *, by: Actor) -> str:
    """A display reads the board no more. Gives its name."""
    async with transaction():
        row = await fetch_one(
            """UPDATE access_token SET revoked_at = $3 WHERE id = $1 AND shop = $2 AND kind = 'display'
               AND revoked_at IS NULL RETURNING name""",
            display, by.shop, clock.now(),
        )  # fmt: skip
        if row is None:
            raise NotFound("That display is not known here any more.")
        await record("display_revoked", shop=by.shop, by=by, display=row["name"])
    name: str = row["name"]
    return name
