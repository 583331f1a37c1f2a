"""The evening's count: everything scanned, box by box, by several people at once; what does not agree is explained."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, InvalidInput, NotFound
from workshop.record.codes import ENVELOPE, PLACE, is_code, tidy
from workshop.record.events import Actor, record, tell_pages
from workshop.record.whereabouts.custody import AWAY
from workshop.record.whereabouts.placing import place_by_code

RIGHT, ELSEWHERE, UNEXPECTED, MISSING, WAITING = "right", "elsewhere", "unexpected", "missing", "waiting"


@dataclass(frozen=True)
class Sight:
    """One envelope of a count: where it should lie, and where it was seen."""

    envelope: int
    code: str
    number: str
    piece: dict[str, Any]
    expected: int | None  # place; None with `is_expected`: nobody knows where it lies
    expected_name: str
    is_expected: bool
    found: int | None
    found_name: str
    seen_at: datetime | None
    who: str
    verdict: str
    because: str = ""  # why it is unexpected
    is_missed: bool = False  # an earlier count did not find it

    @property
    def needs_change(self) -> bool:
        """Whether signing changes the envelope: it is not seen, lies elsewhere, or is found again."""
        return self.found is None or self.verdict == ELSEWHERE or (self.is_missed and self.verdict == RIGHT)


@dataclass
class Box:
    """One place of a count."""

    id: int
    name: str
    kind: str
    is_open: bool  # somebody scanned it, or something in it
    sights: list[Sight] = field(default_factory=list)  # what should lie here
    strangers: list[Sight] = field(default_factory=list)  # what lies here and should not

    @property
    def seen(self) -> int:
        """How many of what should lie here were seen here."""
        return sum(1 for one in self.sights if one.verdict == RIGHT)

    @property
    def lacking(self) -> list[Sight]:
        """What should lie here and was seen nowhere."""
        return [one for one in self.sights if one.found is None]

    @property
    def is_done(self) -> bool:
        """Everything that should be here was seen, here or elsewhere, and somebody looked."""
        return not self.lacking and (self.is_open or bool(self.sights))


@dataclass
class Count:
    """A count as it stands."""

    row: dict[str, Any]
    boxes: list[Box]
    sights: list[Sight]

    def of(self, verdict: str) -> list[Sight]:
        """The envelopes of one verdict."""
        return [one for one in self.sights if one.verdict == verdict]

    @property
    def expected(self) -> int:
        """How many should be in the shop."""
        return sum(1 for one in self.sights if one.is_expected)

    @property
    def seen(self) -> int:
        """How many of them were seen."""
        return sum(1 for one in self.sights if one.is_expected and one.found is not None)

    @property
    def lacking(self) -> list[Sight]:
        """What should be here and was seen nowhere."""
        return [one for one in self.sights if one.is_expected and one.found is None]


async def begin_count(*, by: Actor) -> tuple[int, bool]:
    """Begin the count, or go on with the one that is open. Gives its id and whether it is new."""
    async with transaction():
        made: int | None = await fetch_value(
            """INSERT INTO night_count (shop, started_by, started_at) VALUES ($1, $2, $3)
               ON CONFLICT (shop) WHERE state = 'open' DO NOTHING RETURNING id""",
            by.shop, by.id or None, clock.now(),
        )  # fmt: skip
        if made is not None:
            await record("count_begun", shop=by.shop, by=by, count=made)
            return made, True
        going: int = await fetch_value("SELECT id FROM night_count WHERE shop = $1 AND state = 'open'", by.shop)
    return going, False


async def count_row(count: int, *, shop: int, lock: bool = False) -> dict[str, Any]:
    """A count of this shop, or NotFound."""
    row = await fetch_one(
        f"""SELECT c.*, b.name AS begun_by, s.name AS signer FROM night_count c
            LEFT JOIN staff b ON b.id = c.started_by LEFT JOIN staff s ON s.id = c.signed_by
            WHERE c.id = $1 AND c.shop = $2 {"FOR UPDATE OF c" if lock else ""}""",  # noqa: S608 - our words
        count, shop,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such count in this shop.")
    return row


async def past_counts(shop: int, *, limit: int = 60) -> list[dict[str, Any]]:
    """The counts of a shop, newest first."""
    return await fetch(
        """SELECT c.*, b.name AS begun_by, s.name AS signer,
                  (SELECT count(*) FROM night_line l WHERE l.night_count = c.id AND l.verdict = 'missing'
                   AND l.found_at IS NULL) AS still_missing
           FROM night_count c LEFT JOIN staff b ON b.id = c.started_by LEFT JOIN staff s ON s.id = c.signed_by
           WHERE c.shop = $1 ORDER BY c.id DESC LIMIT $2""",
        shop, limit,
    )  # fmt: skip


async def read_count(count: int, *, shop: int) -> Count:
    """An open count as it stands now: what should lie in each box, what was seen. Cost follows what is open."""
    row = await count_row(count, shop=shop)
    sights = [_sight(one, shop) for one in await fetch(_SIGHTS, shop, count, list(AWAY))]
    places = await fetch(
        """SELECT p.id, p.name, p.kind, EXISTS (SELECT FROM night_scan s WHERE s.night_count = $2 AND s.place = p.id)
                  AS is_open
           FROM place p WHERE p.shop = $1 AND p.retired_at IS NULL AND p.kind <> ALL($3::varchar[]) ORDER BY p.id""",
        shop, count, list(AWAY),
    )  # fmt: skip
    boxes = {one["id"]: Box(**one) for one in places}
    for sight in sights:
        if sight.is_expected and sight.expected in boxes:
            boxes[sight.expected].sights.append(sight)
        if sight.found in boxes and sight.verdict in (ELSEWHERE, UNEXPECTED):
            boxes[sight.found].strangers.append(sight)
    return Count(row, list(boxes.values()), [_judged(one, boxes) for one in sights])


# What should be in the shop, and whatever else was seen at this count.
_SIGHTS = """
    WITH seen AS (SELECT DISTINCT ON (s.envelope) s.envelope, s.place, s.at, s.staff FROM night_scan s
                  WHERE s.night_count = $2 AND s.envelope IS NOT NULL ORDER BY s.envelope, s.id DESC),
    about AS (SELECT id FROM envelope WHERE shop = $1 AND stage <> 'picked_up' UNION SELECT envelope FROM seen)
    SELECT v.id AS envelope, v.code, v.number, v.stage, v.shop, v.stage_since, h.name AS shop_name,
           x.kind, x.description, x.metal, x.metal_basis, x.serial, v.place AS expected,
           COALESCE(p.name, '') AS expected_name, COALESCE(p.kind, '') AS expected_kind,
           v.missing_since IS NOT NULL AS is_missed,
           seen.place AS found, COALESCE(f.name, '') AS found_name, seen.at AS seen_at,
           COALESCE(split_part(w.name, ' ', 1), '') AS who
    FROM about JOIN envelope v ON v.id = about.id JOIN piece x ON x.id = v.piece JOIN shop h ON h.id = v.shop
    LEFT JOIN place p ON p.id = v.place LEFT JOIN seen ON seen.envelope = v.id
    LEFT JOIN place f ON f.id = seen.place LEFT JOIN staff w ON w.id = seen.staff
    WHERE COALESCE(p.kind, '') <> ALL($3::varchar[]) OR seen.place IS NOT NULL
    ORDER BY v.id"""


def _sight(row: dict[str, Any], shop: int) -> Sight:
    because = ""
    if row["shop"] != shop:
        because = f"it is {row['shop_name']}’s"
    elif row["stage"] == "picked_up":
        because = f"it was handed over {row['stage_since']:%-d %b}"
    elif row["expected_kind"] in AWAY:
        because = f"it is out, says the list: {row['expected_name']}"
    is_expected = not because
    if row["found"] is None:
        verdict = WAITING
    elif not is_expected:
        verdict = UNEXPECTED
    else:
        verdict = RIGHT if row["found"] == row["expected"] else ELSEWHERE
    piece = {name: row[name] for name in ("kind", "description", "metal", "metal_basis", "serial")}
    return Sight(
        row["envelope"], row["code"], row["number"], piece, row["expected"] if is_expected else None,
        row["expected_name"] if is_expected else "", is_expected, row["found"], row["found_name"], row["seen_at"],
        row["who"], verdict, because, row["is_missed"],
    )  # fmt: skip


def _judged(sight: Sight, boxes: dict[int, Box]) -> Sight:
    """Not seen where somebody has looked already is missing; elsewhere it only waits."""
    if sight.verdict != WAITING or sight.expected not in boxes or not boxes[sight.expected].is_open:
        return sight
    return Sight(**{**sight.__dict__, "verdict": MISSING})


@dataclass(frozen=True)
class Heard:
    """What a scan at the count answers: words, tone, sound, and which place is counted now."""

    words: str
    tone: str
    sound: str
    icon: str
    place: int | None


async def scan_in_count(count: int, text: str, *, place: int | None, by: Actor) -> Heard:
    """One scan: a place is opened, an envelope is seen in it. The same scan twice does nothing twice.

    Raises NotFound, InvalidInput or Conflict with the sentence to say.
    """
    code = tidy(text)
    async with transaction():
        row = await count_row(count, shop=by.shop)
        if row["state"] != "open":
            raise Conflict("This count is signed. Begin a new one to count again.")
        if is_code(code, PLACE):
            return await _open_box(count, await place_by_code(code, shop=by.shop), by)
        if place is None:
            raise InvalidInput("Scan the box first, then what lies in it.", code="No box yet.")
        box = await fetch_one("SELECT * FROM place WHERE id = $1 AND shop = $2", place, by.shop)
        if box is None:
            raise NotFound("Scan the box again: that one is not known here.")
        return await _see(count, code, box, by)


async def _open_box(count: int, box: dict[str, Any], by: Actor) -> Heard:
    if box["kind"] in AWAY:
        raise Conflict(f"“{box['name']}” is not in the shop. What is there comes back by its list.")
    await _keep(count, box["id"], None, by)
    due = await fetch_value(
        "SELECT count(*) FROM envelope WHERE shop = $1 AND place = $2 AND stage <> 'picked_up'", by.shop, box["id"]
    )
    return Heard(f"{box['name']}: {due} to scan", "slate", "ok", "map-pin", box["id"])


async def _see(count: int, code: str, box: dict[str, Any], by: Actor) -> Heard:
    envelope = await _envelope(code, by)
    before = await fetch_value(
        "SELECT place FROM night_scan WHERE night_count = $1 AND envelope = $2 ORDER BY id DESC LIMIT 1",
        count, envelope["id"],
    )  # fmt: skip
    if before != box["id"]:
        await _keep(count, box["id"], envelope["id"], by)
    number = envelope["number"]
    if envelope["shop"] != by.shop:
        return Heard(f"{number} is {envelope['shop_name']}’s. Put it aside for a manager.", "danger", "refused",
                     "alert-circle", box["id"])  # fmt: skip
    if envelope["stage"] == "picked_up":
        return Heard(f"{number} was handed over. Put it aside for a manager.", "danger", "refused", "alert-circle",
                     box["id"])  # fmt: skip
    if envelope["kind"] in AWAY:
        return Heard(f"{number} should be out: {envelope['location']}. Put it aside for a manager.", "danger",
                     "refused", "alert-circle", box["id"])  # fmt: skip
    if envelope["place"] != box["id"]:
        return Heard(f"{number} in the wrong box: it belongs in {envelope['location']}", "violet", "attention",
                     "arrows-left-right", box["id"])  # fmt: skip
    if before == box["id"]:
        return Heard(f"{number} is counted already", "slate", "ok", "check", box["id"])
    return Heard(f"{number} · right, {box['name']}", "green", "ok", "circle-check", box["id"])


async def _keep(count: int, place: int, envelope: int | None, by: Actor) -> None:
    await fetch(
        """INSERT INTO night_scan (night_count, place, envelope, staff, station, at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        count, place, envelope, by.id or None, by.station, clock.now(),
    )  # fmt: skip
    await tell_pages(by.shop, "counted")


async def _envelope(code: str, by: Actor) -> dict[str, Any]:
    """The envelope of a code or a printed number, whichever shop's it is: the count says what lies here."""
    row = await fetch_one(
        """SELECT v.id, v.number, v.shop, v.stage, v.place, v.location, h.name AS shop_name,
                  COALESCE(p.kind, '') AS kind
           FROM envelope v JOIN shop h ON h.id = v.shop LEFT JOIN place p ON p.id = v.place
           WHERE v.code = $1 OR v.number = $1
              OR v.number = (SELECT code FROM shop WHERE id = $2) || '-' || $1""",
        code, by.shop,
    )  # fmt: skip
    if row is None:
        is_slip = code[:1] == ENVELOPE and not is_code(code, ENVELOPE)
        raise NotFound("That code was half read. Scan it again." if is_slip else
                       "No envelope has that code. Put it aside for a manager.")  # fmt: skip
    return row
