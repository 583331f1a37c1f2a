"""The facts of two records side by side: where they differ, what may be chosen, and what is taken."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from piccolo.columns import JSON, Column

from workshop.errors import InvalidInput
from workshop.record.tables import Customer

Row = dict[str, Any]
UNTOUCHED = {"id", "created_at", "merged_into"}
# Said together: one that makes sense only with another.
GOES_WITH: dict[str, str] = {}
# Both may be true at once. Lists (allergies, tags) are always joined; for an allergy that is the safe thing.
BOTH = {"style_notes": "\n"}
LABELS = {
    "zone": "Time zone", "preferred_channel": "Prefers", "texts_a_year": "Offers a year, at most",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One fact the two records do not agree on. `options`: what may be taken; `proposed`: what is, untouched."""

    name: str
    label: str
    kept: Any
    gone: Any
    options: tuple[str, ...]
    proposed: str


def names() -> list[str]:
    """Every fact of a customer that is compared, as the table has them."""
    columns = [one._meta.db_column_name for one in Customer._meta.columns]
    return [name for name in columns if name not in UNTOUCHED and name not in GOES_WITH]


def label(name: str) -> str:
    """The fact's name on a screen."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def column(name: str) -> Column:
    """The column of the table that holds this fact."""
    return next(one for one in Customer._meta.columns if one._meta.db_column_name == name)


def plain(name: str, value: Any) -> Any:
    """A fact as lists, words and numbers: JSON comes from the database as its text."""
    return json.loads(value) if isinstance(column(name), JSON) and isinstance(value, str) else value


def _values(row: Row, name: str) -> list[Any] | None:
    """The members of a fact that is a list, or None."""
    value = plain(name, row[name])
    return value if isinstance(value, list) else None


def differences(kept: Row, gone: Row) -> list[Difference]:
    """What has to be chosen. Lists need no choice: everything on both is kept."""
    found = []
    for name in names():
        if kept[name] == gone[name] or _values(kept, name) is not None:
            continue
        options = ("kept", "gone", "both") if _may_be_both(kept, gone, name) else ("kept", "gone")
        found.append(Difference(name, label(name), kept[name], gone[name], options, _proposed(kept, gone, name)))
    return found


def _may_be_both(kept: Row, gone: Row, name: str) -> bool:
    most = getattr(column(name), "length", None) or 100_000
    return name in BOTH and bool(kept[name] and gone[name]) and len(_both(kept, gone, name)) <= most


def _both(kept: Row, gone: Row, name: str) -> str:
    return f"{kept[name]}{BOTH[name]}{gone[name]}"


def _proposed(kept: Row, gone: Row, name: str) -> str:
    if name == "texts_a_year":  # whoever asked for less is not to hear more
        return "kept" if kept[name] <= gone[name] else "gone"
    if _may_be_both(kept, gone, name):
        return "both"
    return "gone" if kept[name] in (None, "") else "kept"


def taken(kept: Row, gone: Row, choices: dict[str, str]) -> dict[str, Any]:
    """The facts of the kept record that change, by what was chosen."""
    changes: dict[str, Any] = {}
    for one in differences(kept, gone):
        choice = choices.get(one.name, one.proposed)
        if choice not in one.options:
            sentence = f"Choose which {one.label.lower()} is right."
            raise InvalidInput(sentence, **{one.name: sentence})
        if choice == "gone":
            changes[one.name] = gone[one.name]
            changes |= {name: gone[name] for name, leader in GOES_WITH.items() if leader == one.name}
        elif choice == "both":
            changes[one.name] = _both(kept, gone, one.name)
    return changes | _joined(kept, gone)


def _joined(kept: Row, gone: Row) -> dict[str, Any]:
    """Tags and lists of both, each once."""
    changes: dict[str, Any] = {}
    for name in names():
        mine, theirs = _values(kept, name), _values(gone, name)
        more = [one for one in theirs or [] if one not in (mine or [])]
        if mine is not None and more:
            changes[name] = mine + more if isinstance(kept[name], list) else json.dumps(mine + more)
    return changes


def seen(kept: Row, gone: Row) -> str:
    """A mark of both records as they are, so that a choice is not made on what has changed meanwhile."""
    facts = [[str(row[name]) for name in (*names(), *GOES_WITH)] for row in (kept, gone)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:20]
