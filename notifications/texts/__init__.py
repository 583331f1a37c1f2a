"""The texts we send, a folder each with one file per language.

A text names the shop and gives a link. It never names a value, metal, stones or a whole name:
a lost phone on a bar must not tell anyone what is worth stealing, or from whom.
"""

from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifications.quiet_hours import Purpose
from notifications.texts.nouns import noun_for
from notifications.words import to_gsm7

LANGUAGES = ("en", "es")


class Template(StrEnum):
    """Every text there is; the name is its folder."""

    TAKEN_IN = "taken_in"
    ESTIMATE_READY = "estimate_ready"
    ESTIMATE_REMINDER = "estimate_reminder"
    PROOF_READY = "proof_ready"
    APPROVED = "approved"
    READY_FOR_PICKUP = "ready_for_pickup"
    RETURNED_UNREPAIRED = "returned_unrepaired"
    PROMISE_MOVED = "promise_moved"
    NOT_COLLECTED = "not_collected"
    THANK_YOU = "thank_you"
    PICKUP_CODE = "pickup_code"
    RECEIPT = "receipt"
    REPLY = "reply"
    CLEANING_REMINDER = "cleaning_reminder"
    STOP_CONFIRMATION = "stop_confirmation"
    START_CONFIRMATION = "start_confirmation"
    HELP_ANSWER = "help_answer"

    @property
    def purpose(self) -> Purpose:
        """Which consent and which hours it needs."""
        return _PURPOSES.get(self, Purpose.SERVICE)


_PURPOSES = {
    Template.CLEANING_REMINDER: Purpose.MARKETING,
    Template.REPLY: Purpose.ANSWER,
    Template.STOP_CONFIRMATION: Purpose.ANSWER,
    Template.START_CONFIRMATION: Purpose.ANSWER,
    Template.HELP_ANSWER: Purpose.ANSWER,
}

# Plain text for a phone: escaping for HTML would show "Alder &amp; Finch".
_FILES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701
)


def render(template: Template | str, language: str, **facts: str) -> str:
    """The words of one text, in letters every phone shows.

    Facts: `shop` always; `link` and `kind` (`ring`) where a piece is meant; `till` (`6`),
    `promise` (`Thu 3 Dec`) and `phone` where the text has them. A missing fact raises
    jinja2.UndefinedError. Any language but Spanish is written in English.
    """
    spoken = language.lower().replace("_", "-").split("-")[0]
    chosen = spoken if spoken in LANGUAGES else "en"
    noun = noun_for(facts.get("kind", "piece"), chosen)
    source = _FILES.get_template(f"{Template(template)}/{chosen}.txt")
    return to_gsm7(" ".join(source.render(**facts, piece=noun).split()))
