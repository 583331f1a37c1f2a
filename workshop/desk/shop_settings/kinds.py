"""How settings are typed: text, whole numbers, money, shares, ticks, choices."""

import re
from collections.abc import Sequence

from workshop import money
from workshop.desk.shop_settings.group import Kind
from workshop.errors import InvalidInput
from workshop.record.customers.customers import normalise_phone, show_phone
from workshop.web.forms import Form

WHITE = (255, 255, 255)
CONTRAST = 4.5  # WCAG 2.2 AA for text of ordinary size


def _refuse(name: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, **{name: sentence})


def text(most: int, *, required: bool = False, rows: int = 0) -> Kind:
    """A line of text, or several with `rows`."""

    def read(form: Form, name: str) -> str:
        value = form.text(name)
        if required and not value:
            raise _refuse(name, "This cannot be empty.")
        if len(value) > most:
            raise _refuse(name, f"At most {most} characters; this has {len(value)}.")
        return value

    about = {"type": "textarea", "rows": rows} if rows else {"type": "text", "maxlength": most}
    return Kind(read, about=about)


def whole(least: int, most: int, unit: str = "", *, zero: str = "") -> Kind:
    """A whole number between two bounds. `zero` says what none means."""

    def read(form: Form, name: str) -> int:
        value = form.whole(name)
        if value is None or not least <= value <= most:
            raise _refuse(name, f"A whole number from {least} to {most}.")
        return value

    def say(value: int) -> str:
        return zero if zero and not value else f"{value} {unit.removesuffix('s') if value == 1 else unit}".strip()

    return Kind(read, say=say, about={"type": "text", "inputmode": "numeric", "suffix": unit})


def amount(most: int = 100_000_000, *, zero: str = "") -> Kind:
    """Money, kept in cents. `zero` says what none means."""

    def read(form: Form, name: str) -> int:
        cents = money.parse(form.text(name) or "0", name)
        if cents > most:
            raise _refuse(name, f"At most {money.show(most)}.")
        return cents

    def say(cents: int) -> str:
        return zero if zero and not cents else money.show(cents)

    return Kind(read, box=lambda cents: f"{cents / 100:.2f}", say=say, about={"type": "money"})


def percent(most: int = 100) -> Kind:
    """A share, typed in per cent and kept per mille."""

    def read(form: Form, name: str) -> int:
        typed = form.text(name).replace(",", ".").removesuffix("%").strip()
        if not re.fullmatch(r"\d{1,3}(\.\d)?", typed) or float(typed) > most:
            raise _refuse(name, f"A share from 0 to {most} %, like 10 or 12.5.")
        return round(float(typed) * 10)

    about = {"type": "text", "inputmode": "decimal", "suffix": "%"}
    return Kind(read, box=lambda value: f"{value / 10:g}", say=lambda value: f"{value / 10:g} %", about=about)


def tick(yes: str = "Yes", no: str = "No") -> Kind:
    """A box that is ticked or not."""
    return Kind(
        lambda form, name: form.ticked(name), box=lambda value: value, say=lambda value: yes if value else no,
        typed=lambda form, name: form.ticked(name), about={"type": "tick"},
    )  # fmt: skip


def choice(options: Sequence[tuple[str, str]]) -> Kind:
    """One of several."""
    words = dict(options)

    def read(form: Form, name: str) -> str:
        value = form.text(name)
        if value not in words:
            raise _refuse(name, "Choose one of the list.")
        return value

    return Kind(read, say=lambda value: words.get(value, value), about={"type": "select", "options": list(options)})


def phone() -> Kind:
    """A phone number, kept in E.164."""

    def read(form: Form, name: str) -> str:
        try:
            return normalise_phone(form.text(name))
        except InvalidInput as error:
            raise _refuse(name, error.message) from None

    return Kind(read, box=show_phone, say=show_phone, about={"type": "tel"})


def link() -> Kind:
    """A web address that customers may follow; https only."""

    def read(form: Form, name: str) -> str:
        value = form.text(name)
        if (value and not re.fullmatch(r"https://[\w.-]+\.[a-z]{2,}(/\S*)?", value, re.IGNORECASE)) or len(value) > 500:
            raise _refuse(name, "A web address that begins with https://, copied from the browser.")
        return value

    return Kind(read, about={"type": "url"})


def colour() -> Kind:
    """A colour on which white letters stay readable; empty for the house's own."""

    def read(form: Form, name: str) -> str:
        value = form.text(name).lower()
        if value and not re.fullmatch(r"#[0-9a-f]{6}", value):
            raise _refuse(name, "A colour like #1f5f54.")
        if value and contrast_on_white(value) < CONTRAST:
            raise _refuse(name, "White letters cannot be read on this colour. Take a darker one.")
        return value

    return Kind(read, about={"type": "colour", "maxlength": 7})


def contrast_on_white(value: str) -> float:
    """How well white and a colour stand against each other: WCAG's ratio, 1 to 21."""
    rgb = tuple(int(value[at : at + 2], 16) for at in (1, 3, 5))
    return (_light(WHITE) + 0.05) / (_light(rgb) + 0.05)


def _light(rgb: tuple[int, ...]) -> float:
    shares = [part / 255 for part in rgb]
    lights = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shares]
    return 0.2126 * lights[0] + 0.7152 * lights[1] + 0.0722 * lights[2]
