"""Who the shop is: name, where, how to reach it."""

from functools import cache
from zoneinfo import available_timezones

from workshop.desk.shop_settings.group import Field, Group
from workshop.desk.shop_settings.kinds import choice, link, phone, text

NEAR = [
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu",
]  # fmt: skip
LANGUAGES = [("en", "English"), ("es", "Spanish")]


@cache
def zones() -> list[tuple[str, str]]:
    """Every zone by its town, the ones of the United States first."""
    others = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix")))
    return [(zone, zone.replace("_", " ")) for zone in [*NEAR, *(zone for zone in others if zone not in NEAR)]]


GROUP = Group("identity", "Name and address", "On claim checks, texts and the customer's page.", [
    Field("name", "Name of the shop", text(60, required=True)),
    Field("address", "Address", text(300, rows=3), "As on an envelope."),
    Field("phone", "Phone", phone(), "Customers call this number."),
    Field("map_url", "Link to a map", link(), "Copied from the map in your browser. Customers tap it to find you."),
    Field("state", "State", text(2), "Two letters. Quiet hours for offers follow it."),
    Field("zone", "Time zone", choice(zones()), "“Today”, promises and quiet hours are counted in it."),
    Field("language", "Language of the shop", choice(LANGUAGES)),
], icon="building-store")  # fmt: skip
