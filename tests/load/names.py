"""Names as a town has them: a few on every street, most of them rare.

The first surnames have the shares of the United States census of 2010 (Smith 0.83 %), the rest falls
off the same curve; the rare ones are made of syllables, as no list of fifty thousand belongs here.
"""

import random
from itertools import accumulate
from pathlib import Path

HERE = Path(__file__).parent
SURNAMES = (HERE / "surnames.txt").read_text().split()
FIRST_NAMES = (HERE / "first_names.txt").read_text().split()
STARTS, MIDDLES, ENDS = (line.split() for line in (HERE / "syllables.txt").read_text().splitlines())


def surname_shares(count: int = 50_000) -> list[tuple[str, float]]:
    """Surnames with their part of all people; 0.83 % Smith, about half of all people beyond the first thousand."""
    return _shared(SURNAMES, count, top=0.0083, shift=6.0, power=0.86)


def first_name_shares(count: int = 8_000) -> list[tuple[str, float]]:
    """First names; the commonest two in a hundred people, as among those who carry jewelry."""
    return _shared(FIRST_NAMES, count, top=0.019, shift=10.0, power=1.05)


def _shared(known: list[str], count: int, *, top: float, shift: float, power: float) -> list[tuple[str, float]]:
    names = [name.replace("-", " ") if name[0] in "DV" else name for name in known]
    names = list(dict.fromkeys(names))
    chance, made = random.Random(7), set(names)
    while len(names) < count:
        middle = "".join(chance.choice(MIDDLES) for _ in range(chance.choice((0, 1, 1, 1, 2))))
        name = (chance.choice(STARTS) + middle + chance.choice(ENDS)).capitalize()
        if name not in made:
            made.add(name)
            names.append(name)
    weights = [((1 + shift) / (rank + 1 + shift)) ** power for rank in range(count)]
    # The curve's head is given; what is left of all people is spread over the tail.
    head = sum(weights[: len(known)]) * top
    tail = sum(weights[len(known) :])
    rest = max(0.0, 1 - head) / tail
    pairs = enumerate(zip(names, weights, strict=True))
    return [(name, weight * (top if rank < len(known) else rest)) for rank, (name, weight) in pairs]


def slots(shares: list[tuple[str, float]], count: int) -> list[str]:
    """As many places as there are people, each name on its share of them: a place drawn evenly draws a name."""
    names, sums = [name for name, _ in shares], list(accumulate(share for _, share in shares))
    drawn, at = [], 0
    for place in range(count):
        while at < len(sums) - 1 and sums[at] < (place + 0.5) / count * sums[-1]:
            at += 1
        drawn.append(names[at])
    return drawn
