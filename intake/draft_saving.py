"""Saving a take-in as it is typed: every field as it stands, and who typed it last on which tablet.

A page says which version of the draft it shows and which tablet tab it is. A field that another tab typed
since then is not overwritten: both typings are told, and a person chooses. One's own tab never stands in
its own way, whatever answers got lost on the way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.draft_fields import field_now, oddity, place_of, set_field
from intake.drafts import Draft, Stamp, changing
from intake.marking import is_mark_field
from workshop import clock
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor


@dataclass(frozen=True)
class Typing:
    """What one page sends: fields of one piece (by its code) or of the visit, and what the page knew."""

    fields: dict[str, list[str]]
    code: str = ""
    base: int | None = None  # the version the page shows; None: it does not say, the last word counts
    tab: str = ""
    insist: bool = False  # the person saw the other typing and wants this one
    order: dict[str, int] = field(default_factory=dict)  # of each typing in its tab: what a dead tablet kept may be old


@dataclass
class Saved:
    """What became of it: the draft's version, what is odd or was refused, and what another tablet typed meanwhile."""

    version: int
    errors: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)  # the same tab had typed on, and that had arrived


async def save_typing(draft_id: UUID, typing: Typing, *, by: Actor, zone: str) -> Saved:
    """Keep fields under the draft's lock, each for itself: one that is refused holds up no other."""
    async with changing(draft_id, by=by) as draft:
        return put_fields(draft, typing, by=by, zone=zone)


def put_fields(draft: Draft, typing: Typing, *, by: Actor, zone: str) -> Saved:
    """Put typed fields into a held draft and remember who typed them."""
    saved = Saved(draft.version)
    place = place_of(draft.data, typing.code) if typing.code else None
    for name, values in typing.fields.items():
        if _is_stale(draft.stamps.get(_key(typing.code, name)), typing, name):
            saved.stale.append(name)
            continue
        other = None if typing.insist else _typed_elsewhere(draft.stamps, typing, name)
        now = field_now(draft.data, name, place)
        if other is not None and now != values:
            saved.conflicts[name] = _told(other, now, zone)
            continue
        try:
            set_field(draft.data, name, values, place)
        except InvalidInput as error:
            saved.refused[name] = error.fields.get(name, error.message)
            continue
        except NotFound as error:  # a row that was taken off meanwhile
            saved.refused[name] = error.message
            continue
        draft.stamps[_key(typing.code, name)] = [*stamp(draft, by, typing.tab), typing.order.get(name, 0)]
        if said := oddity(name, values[-1] if values else ""):
            saved.errors[name] = said
    return saved


def _is_stale(last: Stamp | None, typing: Typing, name: str) -> bool:
    """Whether this very tab's later typing is here already: its earlier one came from a tablet's memory."""
    is_own = last is not None and bool(typing.tab) and last[3] == typing.tab and len(last) > 4
    return is_own and last is not None and 0 < typing.order.get(name, 0) < last[4]


def stamp(draft: Draft, by: Actor, tab: str) -> Stamp:
    """Who types now, where."""
    return [draft.version, clock.now().isoformat(), by.name.split()[0], tab]


def stamp_lists(draft: Draft, code: str, lists: Iterable[str], by: Actor, tab: str) -> None:
    """A row was put on or taken off a list (`stones`, `tasks`): its rows' numbers mean something else from here on."""
    for name in lists:
        draft.stamps[_key(code, name)] = stamp(draft, by, tab)


def _key(code: str, name: str) -> str:
    """A field's name among all fields of the draft, whatever place its piece has."""
    return f"{code}/{name}"


def _typed_elsewhere(stamps: dict[str, Stamp], typing: Typing, name: str) -> Stamp | None:
    """What another tab typed into this field after this page was made; None if nothing did."""
    if typing.base is None or is_mark_field(name):  # points have names of their own: two never meet
        return None
    found = [stamps.get(_key(typing.code, key)) for key in (name, _LISTS.get(name.split("-", 1)[0], ""))]
    newest = max((one for one in found if one), key=lambda one: int(one[0]), default=None)
    is_others = newest is not None and newest[0] > typing.base and newest[3] != typing.tab
    return newest if is_others else None


_LISTS = {"stone": "stones", "task": "tasks", "engraving": "tasks"}


def _told(other: Stamp, values: list[str], zone: str) -> dict[str, Any]:
    at = clock.local(datetime.fromisoformat(other[1]), zone)
    return {"values": values, "at": f"{at:%H:%M}", "who": other[2], "version": other[0]}
