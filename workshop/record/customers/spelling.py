"""How far one name is from another, as ears and tired fingers go wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

COMMON = 50  # a name that so many have is common; more of them say nothing more


@dataclass(frozen=True)
class Heard:
    """A name somebody has that could be the one typed: how far it is, and whether it sounds the same."""

    name: str
    away: float
    sounds_same: bool


def heard_as(word: str, name: str, sounds_same: bool) -> Heard | None:
    """A name that could be meant by a word, if it is another one and not too far away to be a slip."""
    away = distance(word, name)
    return Heard(name, away, sounds_same) if 0 < away <= reach(word) + sounds_same else None


def nearest(names: Iterable[Heard], people: Mapping[str, int], most: int = 6) -> list[str]:
    """The names most likely meant, likeliest first: near, sounding the same, and common (`people` have it)."""

    def unlikely(heard: Heard) -> float:
        common = log(1 + min(people.get(heard.name, 0), COMMON)) / log(1 + COMMON)
        return heard.away - 0.5 * heard.sounds_same - 0.6 * common

    return [one.name for one in sorted(names, key=lambda one: (unlikely(one), one.name))[:most]]


def slips_of(word: str) -> list[str]:
    """The word with two neighbours swapped, or one letter too many left out: what likeness in letters overlooks."""
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    return [*swapped, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


def reach(word: str) -> int:
    """How many slips a word of this length bears before it is another name."""
    return 0 if len(word) < 3 else 1 if len(word) < 5 else 2 if len(word) < 9 else 3


def distance(one: str, other: str) -> float:
    """Letters to change, add, leave out or swap with their neighbour; letters doubled or not are a quarter of one."""
    if one == other:
        return 0.0
    if abs(len(one) - len(other)) > 2 * reach(one) + 2:
        return float(len(one) + len(other))
    plain_one, plain_other = _single(one), _single(other)
    if (plain_one, plain_other) == (one, other):
        return _slips(one, other)
    return min(_slips(one, other), _slips(plain_one, plain_other) + 0.25)


def _single(word: str) -> str:
    """`bennett` and `benet` alike."""
    return re.sub(r"(.)\1+", r"\1", word)


def _slips(one: str, other: str) -> int:
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, there in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
