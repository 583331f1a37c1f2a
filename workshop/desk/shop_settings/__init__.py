"""The shop's settings in named groups: what `/desk/shop` shows, in this order. See group.py to add one."""

from workshop.desk.shop_settings import (
    alarming,
    angles,
    collecting,
    estimating,
    guarding,
    hours,
    identity,
    look,
    pricing,
    printers,
    promising,
    scanning,
    working,
)
from workshop.desk.shop_settings.group import Field, Group, Kind

GROUPS = [
    identity.GROUP, look.GROUP, hours.WEEK, hours.DAYS_OFF, promising.PROMISES, promising.CAPACITY, working.GROUP,
    pricing.RUSH, pricing.DISCOUNTS, pricing.DEPOSIT,
    angles.GROUP, guarding.PHOTOS, guarding.CHECKING, guarding.LIMITS, scanning.GROUP, printers.GROUP,
    estimating.GROUP, collecting.GROUP, collecting.THANKS,
    alarming.ALARMS, alarming.STUCK,
    guarding.POLICIES,
]  # fmt: skip

__all__ = ["GROUPS", "Field", "Group", "Kind"]
