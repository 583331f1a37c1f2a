"""The rules by which something becomes somebody's: what it is called, on whose list it goes, and by mail or not."""

import json
from dataclasses import dataclass

from workshop.record.tables import Shop

DESK = ("manager", "owner")
FRONT = ("counter", "manager", "owner")
ROLES = {"counter": "Counter", "bench": "Bench", "manager": "Managers", "owner": "Owner"}


@dataclass(frozen=True)
class Rule:
    """One kind of alarm."""

    slug: str
    title: str
    words: str
    icon: str
    who: tuple[str, ...] = DESK
    holder_too: bool = False  # also on the list of the colleague who has the piece


_RULES = [
    Rule("late", "Late", "Promised for a day that is over, and not ready.", "clock", holder_too=True),
    Rule("risk", "Promise at risk", "The work does not fit any more before the day it is due.", "alert-triangle"),
    Rule("stuck", "Stuck", "Longer in one stage than the days set under “Stuck after”.", "hourglass", holder_too=True),
    Rule("vendor", "Vendor overdue", "At a vendor past the day it was to be back.", "truck-delivery", FRONT),
    Rule("notice", "Notice not delivered", "A text or mail did not get through.", "phone-off", FRONT),
    Rule("estimate", "Estimate about to lapse", "Not answered, and it ends within a day.", "receipt", FRONT),
    Rule("print", "Print did not come out", "A label or paper failed at the printer.", "printer", FRONT),
    Rule("insured", "Over the insured limit", "Customers’ goods here are worth more than is insured.", "alert-circle"),
    Rule("count", "Count missing", "The evening’s count was not finished.", "checklist"),
    Rule("missing", "Piece missing", "The count did not find a piece.", "search"),
    Rule("transfer", "Transfer not arrived", "Sent to another shop and not scanned in there.", "truck-delivery"),
    Rule("chain", "History broken", "The chain of history does not fit: something was changed.", "lock"),
    Rule("disk", "Disk nearly full", "The shop’s computer runs out of room for photos.", "alert-triangle"),
]
RULES = {rule.slug: rule for rule in _RULES}


@dataclass(frozen=True)
class Setting:
    """How a shop wants one rule."""

    is_on: bool
    who: tuple[str, ...]
    by_mail: bool


def setting_of(shop: Shop, rule: str) -> Setting:
    """The shop's own setting, or the usual one. A rule unknown here goes to managers."""
    own = json.loads(shop.alarm_rules).get(rule, {})
    usual = RULES[rule].who if rule in RULES else DESK
    return Setting(own.get("on", True), tuple(own.get("who", usual)), own.get("mail", True))
