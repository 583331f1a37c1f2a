"""People by what is typed of their name: last or first, begun or whole, either way round, or not quite right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from workshop.db import fetch, fetch_value
from workshop.record.customers.spelling import Heard, heard_as, nearest, slips_of

RECENT = 5_000  # the last visitors of a shop, looked through whatever is typed: a season of a busy counter
EACH = 40  # of one way to read what was typed
LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Reading:
    """One way to read what was typed; an empty part was not asked for."""

    last: str
    first: str


async def words_of(text: str) -> list[str]:
    """The words of a name as search knows them: no accents, case, hyphens or apostrophes."""
    words: list[str] = await fetch_value("SELECT name_words($1)", text)
    return words[:5]


def readings(words: Sequence[str]) -> list[Reading]:
    """`rosa ben` is Rosa Ben…, or Ben… Rosa the other way round, or one name in two words."""
    whole = "".join(words)
    found = [Reading(whole, ""), Reading("", whole)]
    for place in range(1, len(words)):
        head, tail = "".join(words[:place]), "".join(words[place:])
        found += [Reading(tail, head), Reading(head, tail)]
    return found


# As typed ---------------------------------------------------------------------------------------------
async def people_named(words: Sequence[str], *, shop: int) -> list[int]:
    """Whose name begins so: those this shop saw lately first, then by the alphabet, last and first names by turns."""
    ways = readings(words)
    lately = await _recent_begun(ways, shop)
    by_last = await _by_alphabet([way for way in ways if len(way.last) >= len(way.first)], "last, first")
    by_first = await _by_alphabet([way for way in ways if len(way.last) < len(way.first)], "first, last")
    return list(dict.fromkeys([*lately, *_in_turn(by_last, by_first)]))


def _in_turn(one: Sequence[int], other: Sequence[int]) -> Iterable[int]:
    """A thousand Johnsons do not hide every John."""
    for place in range(max(len(one), len(other))):
        yield from one[place : place + 1]
        yield from other[place : place + 1]


def _bounds(way: Reading, values: list[Any]) -> str:
    """SQL: the names that begin so. The words go into `values`, and their places into the SQL."""
    fits = []
    for column, begun in (("last", way.last), ("first", way.first)):
        if begun:
            values += [begun, begun + LAST_LETTER]
            fits.append(f"{column} >= ${len(values) - 1} AND {column} < ${len(values)}")
    return " AND ".join(fits)


async def _recent_begun(ways: Sequence[Reading], shop: int) -> list[int]:
    """Of the shop's last visitors those who fit, whole names before begun ones, then the latest first."""
    values: list[Any] = [shop]
    fits = " OR ".join(_bounds(way, values) for way in ways)
    values += [[way.last + " " + way.first for way in ways]]
    whole = f"ARRAY[last || ' ' || first, last || ' ', ' ' || first] && ${len(values)}::text[]"
    return await _recent(fits, f"{whole} DESC", values)


async def _recent(fits: str, order: str, values: Sequence[Any]) -> list[int]:
    rows = await fetch(
        f"""SELECT customer FROM (SELECT customer, last, first, seen_at FROM name_key WHERE shop = $1
                                  ORDER BY seen_at DESC LIMIT {RECENT}) lately
            WHERE {fits} ORDER BY {order}, seen_at DESC LIMIT {EACH}""",  # noqa: S608 - fixed words, values apart
        *values,
    )
    return [row["customer"] for row in rows]


async def _by_alphabet(ways: Sequence[Reading], order: str) -> list[int]:
    """In the order of an index, which ends a search for “s” after forty people instead of ninety thousand."""
    if not ways:
        return []
    values: list[Any] = []
    parts = [
        f"""(SELECT customer FROM name_key WHERE {_bounds(way, values)}
             ORDER BY {order}, customer LIMIT {EACH})"""  # noqa: S608 - fixed words, values apart
        for way in ways
    ]
    rows = await fetch(" UNION ALL ".join(parts), *values)
    return [row["customer"] for row in rows]


# Nearly so ----------------------------------------------------------------------------------------------
async def people_named_nearly(words: Sequence[str], *, shop: int) -> list[int]:
    """Whose name is nearly so, or sounds so; the likeliest name first."""
    parts = {part for way in readings(words) for part in (way.last, way.first)}
    near = await _names_near(sorted(parts))
    likely: list[Reading] = []
    for way in readings(words):
        lasts, firsts = near.get(way.last, []), near.get(way.first, [])
        if not (way.last and way.first):
            likely += [Reading(name, "") for name in lasts] + [Reading("", name) for name in firsts]
        else:
            pairs = product([*lasts, way.last], [*firsts, way.first])
            likely += [Reading(last, first) for last, first in pairs if (last, first) != (way.last, way.first)]
    return await _people_called(likely[:80], shop) if likely else []


async def _people_called(ways: Sequence[Reading], shop: int) -> list[int]:
    """Who has one of these names, whole: those seen lately first, then in the order of the names."""
    lasts = [way.last for way in ways if not way.first]
    firsts = [way.first for way in ways if not way.last]
    pairs = [way for way in ways if way.last and way.first]
    called = [f"{way.last} {way.first}" for way in pairs]
    values = (lasts, firsts, called)
    found = await _recent(
        "last = ANY($2) OR first = ANY($3) OR last || ' ' || first = ANY($4)",
        "COALESCE(array_position($2, last), array_position($3, first), array_position($4, last || ' ' || first))",
        [shop, *values],
    )  # fmt: skip
    rows = await fetch(
        """SELECT k.customer FROM unnest($1::text[]) WITH ORDINALITY way (last, place),
               LATERAL (SELECT customer FROM name_key WHERE last = way.last ORDER BY first, customer LIMIT 12) k
           UNION ALL SELECT k.customer FROM unnest($2::text[]) WITH ORDINALITY way (first, place),
               LATERAL (SELECT customer FROM name_key WHERE first = way.first ORDER BY last, customer LIMIT 12) k
           UNION ALL SELECT k.customer FROM unnest($3::text[], $4::text[]) WITH ORDINALITY way (last, first, place),
               LATERAL (SELECT customer FROM name_key WHERE last = way.last AND first = way.first LIMIT 12) k""",
        lasts, firsts, [way.last for way in pairs], [way.first for way in pairs],
    )  # fmt: skip
    return list(dict.fromkeys([*found, *(row["customer"] for row in rows)]))


async def _names_near(words: Sequence[str]) -> dict[str, list[str]]:
    """Names people have that are nearly a word, or sound like it, likeliest first."""
    words = [word for word in words if len(word) > 2]
    slips = [(word, slip) for word in words for slip in slips_of(word)]
    rows = await fetch(
        """SELECT word, near.name, dmetaphone(near.name) = dmetaphone(word) AS sounds_same
           FROM unnest($1::text[]) word,
           LATERAL (SELECT name FROM (SELECT name FROM known_name WHERE name % word
                                      ORDER BY similarity(name, word) DESC LIMIT 40) spelt
                    UNION SELECT name FROM (SELECT name FROM known_name WHERE dmetaphone(name) = dmetaphone(word)
                                            AND dmetaphone(word) <> '' LIMIT 60) sounding
                    UNION SELECT name FROM unnest($2::text[], $3::text[]) slip (of_word, slipped)
                        JOIN known_name ON name = slipped WHERE of_word = word) near""",
        words, [word for word, _ in slips], [slip for _, slip in slips],
    )  # fmt: skip
    near: dict[str, list[Heard]] = {}
    for row in rows:
        if heard := heard_as(row["word"], row["name"], row["sounds_same"]):
            near.setdefault(row["word"], []).append(heard)
    many = await _how_many({one.name for names in near.values() for one in names})
    return {word: nearest(names, many) for word, names in near.items()}


async def _how_many(names: Iterable[str]) -> dict[str, int]:
    """How many people have each name, counted to fifty."""
    rows = await fetch(
        """SELECT name, (SELECT count(*) FROM (SELECT FROM name_key WHERE last = name LIMIT 50) x)
                        + (SELECT count(*) FROM (SELECT FROM name_key WHERE first = name LIMIT 50) y) AS people
           FROM unnest($1::text[]) name""",
        list(names),
    )
    return {row["name"]: row["people"] for row in rows}
