"""A group of settings: fields with their words and checks. Each group is a small module with one `GROUP`.

    GROUP = Group("limits", "Limits", "What needs a manager.", [
        Field("manager_limit_cents", "A manager approves above", amount(), hint="Declared by the customer."),
    ])

A field's name is the column of `shop` it is kept in. Add the module to `GROUPS` in `__init__.py`;
page, saving, history and tests follow from there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workshop.errors import InvalidInput
from workshop.record.tables import Shop
from workshop.web.forms import Form


@dataclass(frozen=True)
class Kind:
    """How one setting is typed, kept and told."""

    read: Callable[[Form, str], Any]
    """From the form to what is kept; raises InvalidInput naming the field."""
    box: Callable[[Any], Any] = str
    """From what is kept to what stands in the box."""
    say: Callable[[Any], str] = str
    """What is kept, in words."""
    template: str = "desk/_setting_box.html"
    typed: Callable[[Form, str], Any] = lambda form, name: form.text(name)
    """What stands in the box again when the form was refused."""
    about: dict[str, Any] = field(default_factory=dict)
    """What the template needs to know: `type`, `suffix`, `options`, ..."""


@dataclass(frozen=True)
class Field:
    """One setting: the column of `shop` it is kept in, its name for people, and how it is typed."""

    name: str
    label: str
    kind: Kind
    hint: str = ""


@dataclass(frozen=True)
class Group:
    """Settings that belong together, changed and remembered at once."""

    slug: str
    title: str
    words: str
    fields: list[Field]
    icon: str = "settings"
    owner_only: bool = False
    check: Callable[[dict[str, Any], Shop], None] = lambda new, shop: None
    """Looks at all fields together; raises InvalidInput naming one."""

    def read(self, form: Form, shop: Shop) -> dict[str, Any]:
        """Everything typed, by column. Raises InvalidInput naming every field that is wrong."""
        new: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for one in self.fields:
            try:
                new[one.name] = one.kind.read(form, one.name)
            except InvalidInput as error:
                wrong |= error.fields or {one.name: error.message}
        if wrong:
            raise InvalidInput("Something needs a look. Nothing was changed.", **wrong)
        self.check(new, shop)
        return new
