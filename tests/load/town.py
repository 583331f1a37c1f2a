"""The town's SQL, step by step, with the numbers of a town in it."""

import re
from dataclasses import dataclass
from pathlib import Path

SHOPS = [
    ("AA", "212"), ("BB", "718"), ("CC", "646"), ("DD", "914"), ("EE", "516"), ("FF", "203"), ("GG", "201"),
    ("HH", "732"), ("JJ", "908"), ("KK", "845"),
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """Rows of one table, made for the numbers from $1 to $2; `count` says how far the numbers go."""

    name: str
    count: str
    sql: str

    @property
    def table(self) -> str:
        """Where the rows go."""
        return self.sql.split("INSERT INTO ", 1)[1].split(" ", 1)[0]


def _parts() -> list[str]:
    text = (Path(__file__).parent / "town.sql").read_text()
    return re.split(r"^-- (?:scaffold|step)\b", text, flags=re.MULTILINE)[1:]


def _step(part: str) -> Step:
    head, sql = part.split("\n", 1)
    name, count = head.split()
    return Step(name, count, sql.strip())


SCAFFOLD = _parts()[0]
STEPS = [_step(part) for part in _parts()[1:]]
