"""Laying work into the days ahead: who could do what by when, and what no longer fits.

Every open day of every colleague is so many minutes; a colleague with several skills gives each
minute once. Work is minutes of one skill that must be done by a day. Whether all of it can be done
is a question of flow (work → days of those who can do it), answered exactly: a plan says "full" only
when no sharing-out of anybody's minutes would fit the work in. Minutes kept free for rush are taken
by rush work alone, or by work that is late anyway.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

ORDINARY, RUSH = 0, 1
_NO_END = 10**9
_UNNAMED = "*"  # every kind of work that nobody names: for those who do everything


@dataclass(frozen=True)
class Hand:
    """A colleague as the plan sees one: skills (none named: all), and minutes on each open day."""

    skills: frozenset[str]
    minutes: tuple[int, ...]

    def can(self, skill: str) -> bool:
        """Whether this is something they do."""
        return not skill or not self.skills or skill in self.skills


@dataclass(frozen=True)
class Work:
    """Minutes of one skill, to be done at the bench by the end of a day."""

    skill: str
    minutes: int
    due: date
    is_rush: bool = False
    key: int = 0  # the envelope it belongs to


@dataclass
class Plan:
    """The open days ahead with everything laid into them so far. `late` is what does not fit by its day."""

    days: Sequence[date]
    hands: Sequence[Hand]
    rush_per_mille: int = 0
    late: list[tuple[Work, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._groups = sorted({hand.skills for hand in self.hands}, key=sorted)
        self._skills: dict[str, int] = {}
        self._to: list[int] = []
        self._room: list[int] = []
        self._edges: list[list[int]] = []
        self._whole: dict[tuple[int, int], int] = {}
        self._full: dict[tuple[int, int], int] = {}
        self._before: dict[int, int] = {}  # from a day's work of one kind, the edge to the day before
        for skill in sorted({"", _UNNAMED, *(skill for hand in self.hands for skill in hand.skills)}):
            self._skills[skill] = len(self._skills)
        self._build()

    # ---- asking --------------------------------------------------------------------------------

    def can(self, skill: str) -> bool:
        """Whether anybody here does this kind of work at all."""
        return any(hand.can(skill) for hand in self.hands)

    def place_of(self, day: date) -> int:
        """Which open day is the last on or before a day; the first one for what is overdue."""
        return max(0, bisect_right(self.days, day) - 1)

    def minutes_on(self, place: int, skills: Iterable[str], *, rush: bool) -> int:
        """Everybody's minutes on an open day who can do one of these kinds of work."""
        wanted = list(skills)
        return sum(
            self._whole[RUSH if rush else ORDINARY, number * len(self.days) + place]
            for number, group in enumerate(self._groups)
            if any(Hand(group, ()).can(skill) for skill in wanted)
        )

    def copy(self) -> "Plan":
        """The same plan, to try something on."""
        other = object.__new__(Plan)
        own = {"_room": self._room.copy(), "_full": self._full.copy(), "late": self.late.copy()}
        other.__dict__ = {**self.__dict__, **own}
        return other

    # ---- laying --------------------------------------------------------------------------------

    def lay(self, works: Iterable[Work]) -> None:
        """Lay promised work, the earliest due first. What does not fit by its day is `late`, and takes the
        first minutes left after it, those kept for rush included, so that nothing else is promised them.
        """
        for work, missing in self._lay_in_time(works):
            first = self.place_of(work.due)
            left = missing - self.push(work.skill, missing, first, rush=True)
            if left:
                self.late.append((work, left))
            for place in range(first + 1, len(self.days)):
                if not left:
                    break
                left -= self.push(work.skill, left, place, rush=True)

    def _lay_in_time(self, works: Iterable[Work]) -> list[tuple[Work, int]]:
        """Lay what fits by its day, work alike at once; gives what does not. What nobody here does is done
        elsewhere and takes nobody's day.
        """

        def alike(work: Work) -> tuple[int, bool, str]:
            return self.place_of(work.due), not work.is_rush, work.skill

        unplaced: list[tuple[Work, int]] = []
        for (place, ordinary, skill), some in groupby(sorted(works, key=lambda one: (*alike(one), one.key)), alike):
            together = list(some)
            asked = sum(work.minutes for work in together) if self.can(skill) else 0
            left = asked - self.push(skill, asked, place, rush=not ordinary)
            while left:  # whoever came last waits
                work = together.pop()
                unplaced.append((work, min(left, work.minutes)))
                left -= unplaced[-1][1]
        return unplaced

    def push(self, skill: str, minutes: int, place: int, *, rush: bool) -> int:
        """Lay so many minutes to be done by an open day, moving other work about within its own days.
        Gives how many fitted.
        """
        kind = (RUSH if rush else ORDINARY, self._skills.get(skill, self._skills[_UNNAMED]))
        done = 0
        # What is laid stays laid: a day once full for a kind of work is full, and those before, till some is put off.
        while done < minutes and place > self._full.get(kind, -1):
            path = self._path(self._job(*kind, place))
            if path is None:
                self._full[kind] = place
                break
            step = min(minutes - done, *(self._room[edge] for edge in path))
            for edge in path:
                self._room[edge] -= step
                self._room[edge ^ 1] += step
            done += step
        return done

    def put_off(self, skill: str, minutes: int, place: int, to: int, *, rush: bool) -> None:
        """What was laid to be done by one open day may be done until a later one: it can make room for other work."""
        kind = (RUSH if rush else ORDINARY, self._skills.get(skill, self._skills[_UNNAMED]))
        for step in range(place + 1, to + 1):
            self._room[self._before[self._job(*kind, step)] ^ 1] += minutes
        if minutes and to > place:
            self._full = {}

    def free_by_day(self, skills: Sequence[str], upto: int, *, rush: bool) -> list[int]:
        """Minutes of these kinds of work still to be promised on each open day, when all that is promised
        already is put off as long as its own day allows. Sums up to exactly what can be promised by a day.
        """
        trial = self.copy()
        return [sum(trial.push(skill, _NO_END, place, rush=rush) for skill in skills) for place in range(upto)]

    # ---- the network: job (layer, skill, day) → minutes of a group (layer, day) → the end -----------

    def _job(self, layer: int, skill: int, place: int) -> int:
        return (layer * len(self._skills) + skill) * len(self.days) + place

    def _hand(self, layer: int, group: int, place: int) -> int:
        jobs = 2 * len(self._skills) * len(self.days)
        return jobs + (layer * len(self._groups) + group) * len(self.days) + place

    def _build(self) -> None:
        long = len(self.days)
        self._end = 2 * (len(self._skills) + len(self._groups)) * long
        self._edges = [[] for _ in range(self._end + 1)]
        for group, skills in enumerate(self._groups):
            alike = [hand for hand in self.hands if hand.skills == skills]
            for place in range(long):
                whole = sum(hand.minutes[place] for hand in alike)
                ordinary = whole * (1000 - self.rush_per_mille) // 1000
                self._whole[RUSH, group * long + place] = whole
                self._whole[ORDINARY, group * long + place] = ordinary
                self._join(self._hand(ORDINARY, group, place), self._hand(RUSH, group, place), ordinary)
                self._join(self._hand(RUSH, group, place), self._end, whole)
        for skill, number in self._skills.items():
            self._join_jobs(skill, number)

    def _join_jobs(self, skill: str, number: int) -> None:
        able = [group for group, skills in enumerate(self._groups) if Hand(skills, ()).can(skill)]
        for layer in (ORDINARY, RUSH):
            for place in range(len(self.days)):
                here = self._job(layer, number, place)
                for group in able:
                    self._join(here, self._hand(layer, group, place), _NO_END)
                if place:
                    self._before[here] = len(self._to)
                    self._join(here, here - 1, _NO_END)

    def _join(self, one: int, other: int, room: int) -> None:
        """An edge and, beside it (number ^ 1), the way back."""
        self._edges[one].append(len(self._to))
        self._edges[other].append(len(self._to) + 1)
        self._to += [other, one]
        self._room += [room, 0]

    def _path(self, start: int) -> list[int] | None:
        """Edges with room from here to the end; depth first, so a day's own minutes are tried before earlier ones."""
        room, to, edges, end = self._room, self._to, self._edges, self._end
        came: dict[int, int] = {start: -1}
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node == end:
                return self._walk(came, end)
            for edge in reversed(edges[node]):
                other = to[edge]
                if room[edge] and other not in came:
                    came[other] = edge
                    waiting.append(other)
        return None

    def _walk(self, came: dict[int, int], node: int) -> list[int]:
        path = []
        while (edge := came[node]) >= 0:
            path.append(edge)
            node = self._to[edge ^ 1]
        return path
