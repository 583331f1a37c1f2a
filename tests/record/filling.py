"""Whether work can be done in time, told by counting alone: the judge of the plan, sharing none of its code."""

from collections.abc import Sequence
from datetime import date
from itertools import product

from workshop.record.promises.plan import Hand, Work


def can(hand: Hand, skill: str) -> bool:
    return not skill or not hand.skills or skill in hand.skills


def fits(days: Sequence[date], hands: Sequence[Hand], share: int, works: Sequence[Work]) -> bool:
    """No set of work may need more minutes than all days of all who can do any of it have: Hall's condition,
    over every choice of last days. Only then can all of it be done by its own day.
    """
    asked = [work for work in works if work.minutes and any(can(hand, work.skill) for hand in hands)]
    kinds = sorted({(work.skill, work.is_rush) for work in asked})
    place = {day: number for number, day in enumerate(days)}
    dues = [{place[work.due] for work in asked if (work.skill, work.is_rush) == kind} for kind in kinds]
    for ends in product(*({-1, *some} for some in dues)):
        until = dict(zip(kinds, ends, strict=True))
        need = sum(work.minutes for work in asked if place[work.due] <= until[work.skill, work.is_rush])
        if need > _most(len(days), hands, share, until):
            return False
    return True


def _most(long: int, hands: Sequence[Hand], share: int, until: dict[tuple[str, bool], int]) -> int:
    """The minutes of all who can do some of it, of ordinary work without what is kept free for rush."""
    total = 0
    for skills in {hand.skills for hand in hands}:
        alike = [hand for hand in hands if hand.skills == skills]
        theirs = {kind: end for kind, end in until.items() if can(alike[0], kind[0])}
        rush = max((end for (_, is_rush), end in theirs.items() if is_rush), default=-1)
        plain = max((end for (_, is_rush), end in theirs.items() if not is_rush), default=-1)
        for place in range(long):
            whole = sum(hand.minutes[place] for hand in alike)
            if place <= rush:
                total += whole
            elif place <= plain:
                total += whole * (1000 - share) // 1000
    return total
