"""What is measured on a watch before the work and after it: timing, pressure, battery, a running test, the serial."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Conflict, Forbidden, InvalidInput
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor, record
from workshop.record.stages import CLOSED, Stage
from workshop.record.tables import Envelope
from workshop.record.tickets.locks import envelope_of_id, locked

# Positions as watchmakers name them: dial up and down, and the hour that points up.
POSITIONS = {
    "DU": "dial up", "DD": "dial down", "12U": "12 up", "3U": "3 up", "6U": "6 up", "9U": "9 up",
}  # fmt: skip
KINDS = ("timing", "water", "battery", "running", "serial")


@dataclass(frozen=True)
class Reading:
    """One measurement. Rate in tenths of s/d (minus: slow), beat error in tenths of ms, pressure in tenths of bar,
    consumption in nanoamperes, voltage in millivolts.
    """

    kind: str
    moment: str = "after"  # before, after
    position: str = ""
    rate_tenths: int | None = None
    amplitude: int | None = None
    beat_tenths: int | None = None
    bar_tenths: int | None = None
    is_passed: bool | None = None
    current_na: int | None = None
    millivolts: int | None = None
    serial: str = ""


# The figures a reading may have: field, what it is called, least, most.
LIMITS: dict[str, list[tuple[str, str, int, int]]] = {
    "timing": [("rate_tenths", "rate in seconds a day", -9990, 9990), ("amplitude", "amplitude in degrees", 80, 400),
               ("beat_tenths", "beat error in ms", 0, 99)],
    "water": [("bar_tenths", "pressure in bar", 1, 1500)],
    "battery": [("current_na", "consumption in µA", 0, 1_000_000), ("millivolts", "voltage in volts", 0, 5000)],
}  # fmt: skip


async def keep_reading(code: str, reading: Reading, *, by: Actor) -> dict[str, Any]:
    """Write one measurement down. Raises InvalidInput naming the field; a serial is compared with the take-in's."""
    _check(reading)
    async with transaction():
        envelope = await _open(code, by)
        if reading.kind == "serial":
            reading = await _compared(reading, envelope)
        row = await fetch_one(
            """INSERT INTO watch_check (envelope, moment, kind, position, rate_tenths, amplitude, beat_tenths,
                                        bar_tenths, is_passed, current_na, millivolts, serial, staff, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING *""",
            envelope.id, reading.moment, reading.kind, reading.position, reading.rate_tenths, reading.amplitude,
            reading.beat_tenths, reading.bar_tenths, reading.is_passed, reading.current_na, reading.millivolts,
            reading.serial.strip()[:60], by.id, clock.now(),
        )  # fmt: skip
        assert row is not None
        await record(
            "watch_checked", shop=by.shop, by=by, envelope=envelope, moment=reading.moment, kind=reading.kind,
            said=in_words(row),
        )  # fmt: skip
    return row


def _check(reading: Reading) -> None:
    wrong: dict[str, str] = {}
    refuse_card_number(reading.serial, "serial")
    if reading.kind not in KINDS or reading.moment not in ("before", "after"):
        wrong["kind"] = "Choose what was measured."
    if reading.kind == "timing" and reading.position not in POSITIONS:
        wrong["position"] = "Choose the position."
    for field, words, least, most in LIMITS.get(reading.kind, []):
        value = getattr(reading, field)
        if value is not None and not least <= value <= most:
            wrong[field] = f"The {words} is not a figure that can be. Look again."
    if not _has_figure(reading):
        wrong[_first_field(reading.kind)] = "Write the figure down."
    if wrong:
        raise InvalidInput("Something needs a look. Nothing was written down.", **wrong)


def _first_field(kind: str) -> str:
    return LIMITS[kind][0][0] if kind in LIMITS else "serial"


def _has_figure(reading: Reading) -> bool:
    if reading.kind == "serial":
        return len(reading.serial.strip()) >= 2
    if reading.kind == "water":
        return reading.bar_tenths is not None and reading.is_passed is not None
    return any(getattr(reading, field) is not None for field, *_ in LIMITS.get(reading.kind, []))


async def _compared(reading: Reading, envelope: Envelope) -> Reading:
    known = await fetch_value("SELECT serial FROM piece WHERE id = $1", envelope.piece)
    same = not known or _plain(known) == _plain(reading.serial)
    return Reading("serial", reading.moment, serial=reading.serial, is_passed=same)


def _plain(serial: str) -> str:
    return "".join(sign for sign in serial.upper() if sign.isalnum())


async def _open(code: str, by: Actor) -> Envelope:
    if not by.is_one_of("bench", "manager", "owner"):
        raise Forbidden("This is measured by those who work at the bench.")
    envelope = await locked(code, shop=by.shop)
    if Stage(envelope.stage) in CLOSED:
        raise Conflict(f"{envelope.number} has left the shop.")
    return envelope


async def start_test(code: str, *, by: Actor) -> None:
    """The watch runs on the stand from now on. A second press does nothing twice."""
    async with transaction():
        envelope = await _open(code, by)
        started = await fetch(
            """INSERT INTO watch_check (envelope, moment, kind, began_at, staff, at)
               VALUES ($1, 'after', 'running', $2, $3, $2)
               ON CONFLICT (envelope) WHERE kind = 'running' AND ended_at IS NULL AND struck_at IS NULL
               DO NOTHING RETURNING id""",
            envelope.id, clock.now(), by.id,
        )  # fmt: skip
        if started:
            await record("watch_checked", shop=by.shop, by=by, envelope=envelope, moment="after", kind="running",
                         said="running test begun")  # fmt: skip


async def stop_test(code: str, *, passed: bool, rate_tenths: int | None = None, by: Actor) -> dict[str, Any]:
    """The running test ends: how many hours it ran, whether it kept time, and by how much it was off a day."""
    if rate_tenths is not None and not -9990 <= rate_tenths <= 9990:
        sentence = "The rate in seconds a day is not a figure that can be. Look again."
        raise InvalidInput(sentence, rate_tenths=sentence)
    async with transaction():
        envelope = await _open(code, by)
        row = await fetch_one(
            """UPDATE watch_check SET ended_at = $2, is_passed = $3, rate_tenths = $4
               WHERE envelope = $1 AND kind = 'running' AND ended_at IS NULL AND struck_at IS NULL RETURNING *""",
            envelope.id, clock.now(), passed, rate_tenths,
        )  # fmt: skip
        if row is None:
            raise Conflict("No running test is under way.")
        await record(
            "watch_checked", shop=by.shop, by=by, envelope=envelope, moment="after", kind="running", said=in_words(row)
        )
    return row


async def strike_reading(reading: int, *, by: Actor) -> Envelope:
    """A figure that was wrong counts no more; it stays in history."""
    async with transaction():
        found = await fetch_one("SELECT * FROM watch_check WHERE id = $1", reading)
        envelope = await envelope_of_id(found["envelope"] if found else 0, shop=by.shop)
        assert found is not None
        if Stage(envelope.stage) in CLOSED:
            raise Conflict(f"{envelope.number} has left the shop.")
        await fetch(
            "UPDATE watch_check SET struck_at = $2, struck_by = $3 WHERE id = $1 AND struck_at IS NULL",
            reading, clock.now(), by.id,
        )  # fmt: skip
        await record("watch_struck", shop=by.shop, by=by, envelope=envelope, said=in_words(found))
    return envelope


async def readings_of(envelopes: list[int]) -> list[dict[str, Any]]:
    """Everything measured on these envelopes that still counts, in the order it was measured."""
    rows = await fetch(
        """SELECT c.*, split_part(s.name, ' ', 1) AS staff_name FROM watch_check c JOIN staff s ON s.id = c.staff
           WHERE c.envelope = ANY($1) AND c.struck_at IS NULL ORDER BY c.id LIMIT 500""",
        envelopes,
    )
    for row in rows:
        row["words"] = in_words(row)
    return rows


def in_words(row: Mapping[str, Any]) -> str:
    """`dial up +4 s/d, 285°, 0.3 ms` · `tight at 5 bar` · `1.15 µA, 1.55 V` · `ran 24 h, +2 s/d`."""
    return _SAY[row["kind"]](row)


def _rate(tenths: int | None) -> str:
    return "" if tenths is None else f"{tenths / 10:+g} s/d"


def _timing(row: Mapping[str, Any]) -> str:
    amplitude = f"{row['amplitude']}°" if row["amplitude"] is not None else ""
    beat = f"{row['beat_tenths'] / 10:g} ms" if row["beat_tenths"] is not None else ""
    figures = ", ".join(one for one in (_rate(row["rate_tenths"]), amplitude, beat) if one)
    return f"{POSITIONS.get(row['position'], '')} {figures}".strip()


def _water(row: Mapping[str, Any]) -> str:
    return f"{'tight' if row['is_passed'] else 'not tight'} at {row['bar_tenths'] / 10:g} bar"


def _battery(row: Mapping[str, Any]) -> str:
    current = f"{row['current_na'] / 1000:g} µA" if row["current_na"] is not None else ""
    volts = f"{row['millivolts'] / 1000:g} V" if row["millivolts"] is not None else ""
    return "battery " + ", ".join(one for one in (current, volts) if one)


def _running(row: Mapping[str, Any]) -> str:
    if row["ended_at"] is None:
        return "running test under way"
    how = "" if row["is_passed"] else ", stopped or lost time"
    rate = f", {_rate(row['rate_tenths'])}" if row["rate_tenths"] is not None else ""
    return f"ran {hours_between(row['began_at'], row['ended_at']):g} h{rate}{how}"


def hours_between(began: datetime, ended: datetime) -> float:
    """Hours, to the tenth."""
    return round((ended - began).total_seconds() / 3600, 1)


def _serial(row: Mapping[str, Any]) -> str:
    return f"serial {row['serial']}{'' if row['is_passed'] else ', not the one taken in'}"


_SAY = {"timing": _timing, "water": _water, "battery": _battery, "running": _running, "serial": _serial}
PRINTED = ("timing", "water", "battery", "running")


async def told_to_customer(envelopes: list[int]) -> dict[int, list[str]]:
    """For papers: each piece's figures before and after the work, one line each; the newest of each position."""
    newest: dict[tuple[int, str], dict[str, dict[str, Any]]] = {}
    for row in await readings_of(envelopes):
        if row["kind"] in PRINTED and not (row["kind"] == "running" and row["ended_at"] is None):
            newest.setdefault((row["envelope"], row["moment"]), {})[f"{row['kind']} {row['position']}"] = row
    lines: dict[int, list[str]] = {}
    for (envelope, moment), rows in sorted(newest.items(), key=lambda item: (item[0][0], item[0][1] == "after")):
        said = "; ".join(row["words"] for row in rows.values())
        lines.setdefault(envelope, []).append(f"{moment.capitalize()} the work: {said}")
    return lines
