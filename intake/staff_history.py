"""What happened to the people who work here, the shop's settings and its displays, in sentences."""

from collections.abc import Callable
from datetime import date
from typing import Any

from workshop.record.promises.promise_words import say_day

Data = dict[str, Any]


def _days(data: Data) -> str:
    first, last = (say_day(date.fromisoformat(data[key])) for key in ("first", "last"))
    return first if first == last else f"{first} to {last}"


STAFF_SENTENCES: dict[str, Callable[[Data], str]] = {
    "display_added": lambda d: "Wall display added",
    "display_paired": lambda d: "Wall display opened by its code",
    "display_revoked": lambda d: "Wall display taken away",
    "shop_changed": lambda d: f"Shop settings changed: {d.get('group', '').replace('-', ' ')}",
    "staff_added": lambda d: f"{d.get('who', 'Somebody')} works here now: {', '.join(d.get('roles', []))}",
    "staff_changed": lambda d: f"Details of {d.get('who', 'a colleague')} changed",
    "staff_roles_changed": lambda d: (
        f"Roles of {d.get('who', 'a colleague')}: {', '.join(d.get('before', []))} → {', '.join(d.get('after', []))}"
    ),
    "staff_secret_set": lambda d: f"{d.get('what', '').capitalize()} of {d.get('who', 'a colleague')} set anew",
    "staff_left": lambda d: f"{d.get('who', 'A colleague')} left; nobody signs in as them any more",
    "staff_back": lambda d: f"{d.get('who', 'A colleague')} works here again",
    "day_off_added": lambda d: f"{d.get('who', 'A colleague')} is away {_days(d)}",
    "day_off_removed": lambda d: f"{d.get('who', 'A colleague')} is not away {_days(d)} after all",
    "signed_in": lambda d: "Signed in",
    "switched": lambda d: "Took over this station",
}
STAFF_ICONS = {
    "display_added": "device-tv", "display_paired": "device-tv", "display_revoked": "device-tv", "signed_in": "login",
    "switched": "switch-horizontal",
}  # fmt: skip
