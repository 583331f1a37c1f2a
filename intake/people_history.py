"""What happened to a person's record and what was said to them by mouth, as lines of history."""

from collections.abc import Callable
from typing import Any

from workshop.record.alarms.bulk_acts import ACTS as BULK
from workshop.record.customers.contact_log import contact_words

Data = dict[str, Any]


def _contact(data: Data) -> str:
    settled = ". The text that did not get through is dealt with" if data.get("settled") else ""
    return contact_words(data.get("outcome", "")) + settled


def _bulk(data: Data) -> str:
    what = BULK.get(data.get("act", ""), "one act")
    return f"{what}: {data.get('pieces', 'several')} pieces at once{', taken back' if data.get('is_undo') else ''}"


PEOPLE_SENTENCES: dict[str, Callable[[Data], str]] = {
    "customers_merged": lambda d: "Two records of this person merged into one",
    "merge_undone": lambda d: "A merge of two records was undone",
    "not_same_person": lambda d: "Not the same person as somebody with a like name",
    "contact_logged": _contact,
    "contact_taken_back": lambda d: "The note of a call or visit was taken back",
    "alarm_acknowledged": lambda d: f"Takes care of it: {d.get('said', 'an alarm')}",
    "bulk_started": _bulk,
    "alarm_given_back": lambda d: f"Does not take care of it after all: {d.get('said', 'an alarm')}",
    "alarm_mail_set": lambda d: "Gets alarms by mail now" if d.get("is_on") else "Gets no alarms by mail any more",
}
PEOPLE_ICONS = {
    "customers_merged": "users", "merge_undone": "users", "not_same_person": "users", "contact_logged": "phone",
    "contact_taken_back": "arrow-back-up", "alarm_acknowledged": "user-check", "alarm_given_back": "bell",
    "bulk_started": "stack-2",
}  # fmt: skip
