"""What the forms about colleagues say: minutes as people write them, days, and what is shown again when refused."""

import re
from datetime import date

from workshop.errors import InvalidInput, WorkshopError
from workshop.record.events import Actor
from workshop.record.promises.capacity import DAYS
from workshop.record.shop.staff_changes import Details
from workshop.web.forms import Form

ROLE_WORDS = {
    "counter": ("Counter", "takes in, hands over, sees customers"),
    "bench": ("Bench", "does the work; sees no phone and no price"),
    "manager": ("Manager", "the desk, settings, colleagues"),
    "owner": ("Owner", "everything, and who is an owner"),
}
WEEKDAYS = dict(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))


def read_details(form: Form) -> Details:
    """Name, sign-in name, skills and the week's minutes. Raises InvalidInput on `week`."""
    try:
        week = {day: read_minutes(text) for day, text in typed_week(form).items()}
    except ValueError:
        sentence = "Write minutes (450) or hours and minutes (7:30)."
        raise InvalidInput(sentence, week=sentence) from None
    return Details(form.text("name"), form.text("sign_in_name"), form.texts("skills"), week)


def typed_week(form: Form) -> dict[str, str]:
    """The week's boxes that are not empty."""
    return {day: form.text(f"week-{day}") for day in DAYS if form.text(f"week-{day}")}


def read_minutes(text: str) -> int:
    """`450` or `7:30` as minutes. Raises ValueError."""
    if found := re.fullmatch(r"(\d{1,2}):([0-5]\d)", text):
        return int(found[1]) * 60 + int(found[2])
    if not re.fullmatch(r"\d{1,4}", text):
        raise ValueError(text)
    return int(text)


def read_day(text: str, name: str) -> date:
    """A day as a date box sends it. Raises InvalidInput naming the box."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("Choose the day.", **{name: "Choose the day."}) from None


def role_choices(by: Actor) -> list[tuple[str, str, str]]:
    """The roles this person may give, with what each opens."""
    roles = [role for role in ROLE_WORDS if role != "owner" or by.is_one_of("owner")]
    return [(role, *ROLE_WORDS[role]) for role in roles]


def errors_of(refused: WorkshopError | None) -> dict[str, str]:
    """What is wrong, by field; a refusal that names none stands for the whole form."""
    if refused is None:
        return {}
    fields = refused.fields if isinstance(refused, InvalidInput) else {}
    return fields or {"form": refused.message}
