"""Figures as they are typed at the bench: grams, tenths, moments; comma or point."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from workshop.errors import InvalidInput
from workshop.web.forms import Form

_NUMBER = re.compile(r"[+\-−]?\d{1,7}([.,]\d{1,3})?")


def scaled(form: Form, name: str, factor: int, example: str) -> int | None:
    """A typed figure times a factor, as a whole number; None where nothing was typed.

    `1.15` µA with a factor of 1000 is 1150 nA. Raises InvalidInput naming the field.
    """
    typed = form.text(name).replace(" ", "").replace("−", "-")
    if not typed:
        return None
    if not _NUMBER.fullmatch(typed):
        sentence = f"A figure like {example}."
        raise InvalidInput(sentence, **{name: sentence})
    return round(float(typed.replace(",", ".")) * factor)


def milligrams(form: Form, name: str = "weight") -> int | None:
    """A weight typed in grams."""
    return scaled(form, name, 1000, "0.35")


def moment(form: Form, name: str, zone: str) -> datetime:
    """A moment typed on the shop's wall clock. Raises InvalidInput naming the field."""
    try:
        return datetime.fromisoformat(form.text(name)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError:
        raise InvalidInput("Choose day and time.", **{name: "Choose day and time."}) from None
