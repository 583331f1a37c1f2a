"""Finished work in words: `4 prongs retipped 2 Mar 2022 by Kai, warranty over`."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

# How the starter book's work is spoken of once it is done; work a shop named itself keeps its name.
DONE = {
    "RS-DN": "sized down", "RS-UP": "sized up", "RS-BD": "sizing beads fitted", "SH-HALF": "half shank renewed",
    "SH-FULL": "shank renewed", "PR-TIP": "prongs retipped", "PR-RBLD": "prongs rebuilt", "PR-V": "V-prongs rebuilt",
    "HD-NEW": "new head fitted", "ST-TGT": "stones checked and tightened", "ST-SET": "stone set",
    "ST-RPL": "stone replaced", "CH-SLD": "chain soldered", "CH-CLS": "clasp replaced", "CH-JR": "jump ring fitted",
    "BL-NEW": "new bail fitted", "ER-POST": "earring post renewed", "PN-STM": "pin stem renewed",
    "RH-PLT": "rhodium plated", "PL-CLN": "cleaned and inspected", "PL-REF": "polished", "PE-STR": "pearls restrung",
    "EN-HND": "engraved by hand", "EN-MCH": "engraved", "LW-SPT": "laser welded", "AP-VAL": "appraised",
    "IN-INSP": "inspected", "WB-STD": "battery renewed", "WB-WR": "battery and seals renewed, pressure tested",
    "WS-OVH": "overhauled", "WX-CRY": "crystal renewed", "WC-CRN": "crown renewed", "WG-GSK": "gaskets renewed",
    "WL-LNK": "links fitted", "WL-SB": "spring bars renewed", "WP-TST": "pressure tested", "WF-POL": "refinished",
    "XX-DIAG": "looked at for an estimate",
}  # fmt: skip
SIZING = frozenset({"RS-UP", "RS-DN"})
WATCH_SERVICE = frozenset({"WS-OVH", "WB-WR"})


def day_in_words(day: date) -> str:
    """`2 Mar 2022`."""
    return f"{day.day} {day:%b %Y}"


def work_in_words(task: Mapping[str, Any], today: date) -> str:
    """One finished line of work, with when, by whom, and how its warranty stands.

    `task` has code, name, drivers, done_on, by_name, warranty_until, size_now and size_wanted.
    """
    by = f" by {task['by_name'].split()[0]}" if task["by_name"] else ""
    said = _what(task)
    on = " on" if said[-1].isdigit() else ""
    return f"{said}{on} {day_in_words(task['done_on'])}{by}{_warranty(task['warranty_until'], today)}"


def _what(task: Mapping[str, Any]) -> str:
    said = DONE.get(task["code"]) or f"{task['name'][:1].lower()}{task['name'][1:]}"
    if task["code"] in SIZING and task["size_wanted"]:
        return f"{said}{' from ' + task['size_now'] if task['size_now'] else ''} to {task['size_wanted']}"
    drivers = json.loads(task["drivers"]) if isinstance(task["drivers"], str) else task["drivers"]
    prongs = str(drivers.get("prongs") or "")
    if said.startswith("prongs") and prongs.isdigit():
        return f"1 prong{said.removeprefix('prongs')}" if prongs == "1" else f"{prongs} {said}"
    return said


def _warranty(until: date | None, today: date) -> str:
    if until is None:
        return ""
    return f", warranty until {day_in_words(until)}" if until >= today else ", warranty over"
