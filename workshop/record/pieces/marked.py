"""The condition of one envelope as every page and paper shows it: one picture, one numbering."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from workshop.record.pieces.condition import (
    DRAWINGS,
    SUSPICIONS,
    Frame,
    Mark,
    StonePoint,
    read_frames,
    read_marks,
    read_stones,
    unplaced,
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Spot:
    """A mark as people see it: its number on the picture (0 where it has no place), and its words."""

    number: int
    mark: Mark
    is_found: bool = False

    @property
    def words(self) -> str:
        """`prong worn, 4 o'clock`."""
        return self.mark.words

    @property
    def is_suspicion(self) -> bool:
        """Whether only the shop may read it."""
        return self.mark.code in SUSPICIONS


@dataclass(frozen=True)
class MarkedPicture:
    """One picture with what was marked on it."""

    picture: str
    spots: list[Spot] = field(default_factory=list)
    stones: list[tuple[int, StonePoint]] = field(default_factory=list)
    frame: Frame | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether it is one of our drawings and not a photo."""
        return self.picture in DRAWINGS


@dataclass(frozen=True)
class Seen:
    """The condition of one envelope as every page and paper shows it: one numbering for all of them."""

    spots: list[Spot]
    pictures: list[MarkedPicture]

    @property
    def placed(self) -> list[Spot]:
        """What has a number on a picture."""
        return [spot for spot in self.spots if spot.number]

    @property
    def unplaced(self) -> list[Spot]:
        """What is known in words only."""
        return [spot for spot in self.spots if not spot.number]

    @property
    def stones(self) -> int:
        """How many stones have a point on a picture."""
        return sum(len(picture.stones) for picture in self.pictures)


def seen(row: Row, photos: Collection[str], *, for_customer: bool = False) -> Seen:
    """The condition in an envelope's row. `photos` are those there are: a mark on another is told in words.

    The numbers run over everything placed, what customers do not read last: their paper and our pages
    name the same thing by the same number. The customer's paper leaves out our suspicions, and what the
    bench found afterwards, which they never signed.
    """
    told = [_there(mark, photos) for mark in read_marks(row["marks"])]
    found = [] if for_customer else [_there(mark, photos) for mark in read_marks(row["found_marks"])]
    plain = [mark for mark in told if mark.code not in SUSPICIONS]
    doubts = [] if for_customer else [mark for mark in told if mark.code in SUSPICIONS]
    spots, number = [], 0
    for mark, is_found in [(one, False) for one in (*plain, *doubts)] + [(one, True) for one in found]:
        number += mark.is_placed
        spots.append(Spot(number if mark.is_placed else 0, mark, is_found))
    stones = [stone for stone in read_stones(row["stone_points"]) if _is_there(stone.picture, photos)]
    return Seen(spots, _by_picture(spots, stones, read_frames(row["mark_frames"])))


def _by_picture(spots: list[Spot], stones: list[StonePoint], frames: dict[str, Frame]) -> list[MarkedPicture]:
    pictures: dict[str, MarkedPicture] = {}
    for picture in (*(spot.mark.picture for spot in spots if spot.number), *(stone.picture for stone in stones)):
        pictures.setdefault(picture, MarkedPicture(picture, frame=frames.get(picture)))
    for spot in spots:
        if spot.number:
            pictures[spot.mark.picture].spots.append(spot)
    for number, stone in enumerate(stones, start=1):
        pictures[stone.picture].stones.append((number, stone))
    return list(pictures.values())


def _there(mark: Mark, photos: Collection[str]) -> Mark:
    is_shown = mark.is_placed and _is_there(mark.picture, photos)
    return mark if is_shown else unplaced(mark)


def _is_there(picture: str, photos: Collection[str]) -> bool:
    return picture in DRAWINGS or picture in photos
