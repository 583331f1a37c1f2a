"""Alarms: which rules hold, on whose list each goes, by mail or not; and how long a piece may stand in a stage."""

from typing import Any

from workshop.desk.shop_settings.group import Field, Group, Kind
from workshop.errors import InvalidInput
from workshop.record.alarms.alarm_rules import ROLES, RULES
from workshop.record.alarms.stuck import USUAL
from workshop.record.stages import WORDS, Stage
from workshop.web.forms import Form

Rules = dict[str, dict[str, Any]]
MOST_DAYS = 365


def _typed_rules(form: Form, name: str) -> Rules:
    return {
        slug: {
            "on": form.ticked(f"{name}-{slug}-on"), "mail": form.ticked(f"{name}-{slug}-mail"),
            "who": [role for role in form.texts(f"{name}-{slug}-who") if role in ROLES],
        }
        for slug in RULES
    }  # fmt: skip


def _read_rules(form: Form, name: str) -> Rules:
    """Only what differs from the usual is kept. A rule that holds is on somebody's list."""
    kept: Rules = {}
    for slug, typed in _typed_rules(form, name).items():
        rule = RULES[slug]
        if typed["on"] and not typed["who"]:
            sentence = f"{rule.title}: tick whose list it goes on, or switch the rule off."
            raise InvalidInput(sentence, **{name: sentence})
        usual = {"on": True, "mail": True, "who": [role for role in ROLES if role in rule.who]}
        if different := {key: value for key, value in typed.items() if value != usual[key]}:
            kept[slug] = different
    return kept


def _box_rules(kept: Rules) -> Rules:
    return {
        slug: {"on": True, "mail": True, "who": list(rule.who)} | kept.get(slug, {}) for slug, rule in RULES.items()
    }


def _say_rules(kept: Rules) -> str:
    off = [RULES[slug].title for slug, own in kept.items() if slug in RULES and not own.get("on", True)]
    other = [RULES[slug].title for slug, own in kept.items() if slug in RULES and own.get("on", True)]
    told = [f"Off: {', '.join(off)}" if off else "", f"Set by the shop: {', '.join(other)}" if other else ""]
    return ". ".join(one for one in told if one) or "All on, to the usual people"


def _typed_days(form: Form, name: str) -> dict[str, str]:
    return {stage.value: form.text(f"{name}-{stage.value}") for stage in USUAL}


def _read_days(form: Form, name: str) -> dict[str, int]:
    kept = {}
    for stage, text in _typed_days(form, name).items():
        if text and not (text.isdigit() and int(text) <= MOST_DAYS):
            sentence = f"{WORDS[Stage(stage)].label}: days from 0 (never) to {MOST_DAYS}."
            raise InvalidInput(sentence, **{name: sentence})
        if text and int(text) != USUAL[Stage(stage)]:
            kept[stage] = int(text)
    return kept


def _box_days(kept: dict[str, int]) -> dict[str, str]:
    return {stage.value: str(kept.get(stage.value, days)) for stage, days in USUAL.items()}


def _say_days(kept: dict[str, int]) -> str:
    days = {stage.value: days for stage, days in USUAL.items()} | kept
    told = [f"{WORDS[Stage(stage)].label} {count}" for stage, count in days.items() if count]
    return ", ".join(told) or "Never"


_RULES = Kind(
    _read_rules, box=_box_rules, say=_say_rules, typed=_typed_rules, template="desk/_setting_alarms.html",
    about={"rules": RULES, "roles": ROLES},
)  # fmt: skip
_DAYS = Kind(
    _read_days, box=_box_days, say=_say_days, typed=_typed_days, template="desk/_setting_stuck.html",
    about={"words": {stage.value: WORDS[stage].label for stage in USUAL}},
)  # fmt: skip

STUCK = Group("stuck", "Stuck after", "How many days a piece may stand in one stage before somebody looks.", [
    Field("stuck_days", "Days in a stage", _DAYS, "0 for as long as it likes."),
], icon="hourglass")  # fmt: skip
ALARMS = Group("alarms", "Alarms", "What the shop looks out for by itself, and on whose list it goes.", [
    Field("alarm_rules", "Rules", _RULES, "Mail goes to those on the list who left an address on their alarm page."),
], icon="bell")  # fmt: skip
