"""How work is shared out at the bench, what is weighed, and when engraving may begin."""

import re

from workshop.desk.shop_settings.group import Field, Group, Kind
from workshop.desk.shop_settings.kinds import choice, tick
from workshop.errors import InvalidInput
from workshop.web.forms import Form

MOST_GRAMS = 10


def _read_grams(form: Form, name: str) -> int:
    typed = form.text(name).replace(",", ".").removesuffix("g").strip()
    if not re.fullmatch(r"\d{1,2}(\.\d{1,3})?", typed) or float(typed) > MOST_GRAMS:
        sentence = f"A weight from 0 to {MOST_GRAMS} g, like 0.05."
        raise InvalidInput(sentence, **{name: sentence})
    return round(float(typed) * 1000)


GRAMS = Kind(
    _read_grams, box=lambda mg: f"{mg / 1000:g}", say=lambda mg: f"{mg / 1000:g} g",
    about={"type": "text", "inputmode": "decimal", "suffix": "g"},
)  # fmt: skip
GROUP = Group("working", "At the bench", "Who gets new work, what is weighed, and when engraving may begin.", [
    Field("share_out", "New work that nobody has", choice([
        ("", "Waits until somebody takes it"), ("least_loaded", "Goes to whoever can do it and has least to do"),
    ]), "Never beyond anybody's minutes of a day."),
    Field("weigh_out", "What was weighed in is weighed again before the quality check", tick("Yes", "No")),
    Field("weight_tolerance_mg", "A difference needs no words up to", GRAMS,
          "Beside what filing, polishing and solder of the work itself may change."),
    Field("proof_required", "No engraving before the customer approved its proof", tick("Yes", "No")),
], icon="hammer")  # fmt: skip
