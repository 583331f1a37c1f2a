"""What happened at the bench beside the moves: hours, days planned, material, weights, readings, proofs."""

from collections.abc import Callable
from datetime import date
from typing import Any

Data = dict[str, Any]


def _because(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text


def _grams(mg: int) -> str:
    return f"{mg / 1000:.2f} g"


def _corrected(data: Data) -> str:
    before, after = int(data.get("before") or 0), int(data.get("after") or 0)
    told = f"Time of {data.get('who', 'a colleague')} corrected, {before} → {after} min"
    return _because(told, data.get("reason", ""))


def _assigned(data: Data) -> str:
    how = {"self": "taken from the queue", "rule": "shared out by the shop's rule"}.get(data.get("how", ""), "")
    day = f" for {date.fromisoformat(data['day']):%a %-d %b}" if data.get("day") else ""
    told = f"Planned for {data.get('to', 'a colleague')}{day}{f', {how}' if how else ''}"
    over = f" ({'; '.join(data['against'])})" if data.get("against") else ""
    return _because(f"{told}{over}", data.get("reason", ""))


def _part(data: Data) -> str:
    count = f"{data['count']} × " if int(data.get("count") or 1) > 1 else ""
    weight = f", {_grams(data['weight'])}" if data.get("weight") else ""
    verb = "Taken off" if data.get("kind") == "removed" else "Used"
    return f"{verb}: {count}{data.get('what', '')}{weight}"


def _weighed(data: Data) -> str:
    when = "before" if data.get("moment") == "in" else "after"
    return _because(f"Weighed {when} the work, {_grams(int(data.get('weight') or 0))}", data.get("explanation", ""))


def _bag(data: Data) -> str:
    return f"{data.get('count', 1)} × {data.get('what', '')}"


def _bag_back(data: Data) -> str:
    if data.get("reason"):
        return f"Not given back, {_bag(data)}: {data['reason']}"
    return f"Given back with the piece: {_bag(data)}"


def _proof(data: Data) -> str:
    who, version = data.get("who", "The customer"), data.get("version", "")
    if data.get("state") == "approved":
        return f"{who} approved proof {version} of the engraving"
    return _because(f"{who} wants proof {version} of the engraving changed", data.get("answer", ""))


WORK_SENTENCES: dict[str, Callable[[Data], str]] = {
    "paused": lambda d: "Clock stopped, the piece stays at the bench",
    "task_begun": lambda d: f"Works on it: {d.get('work') or 'the piece as a whole'}",
    "task_done": lambda d: f"Done: {d.get('work', 'a line of work')}",
    "time_corrected": _corrected,
    "clock_stopped": lambda d: f"{d.get('who', 'A colleague')}'s clock ran on at night: stopped at {d.get('at', '')}",
    "assigned": _assigned,
    "unassigned": lambda d: f"Not planned for {d.get('who', 'anybody')} any more",
    "part_used": _part,
    "part_struck": lambda d: f"Not used after all: {d.get('what', '')}",
    "weighed": _weighed,
    "bagged": lambda d: f"Bagged to go home with it: {_bag(d)}",
    "bag_struck": lambda d: f"Not bagged after all: {_bag(d)}",
    "bag_returned": _bag_back,
    "watch_checked": lambda d: f"Measured {d.get('moment', '')} the work: {d.get('said', '')}",
    "watch_struck": lambda d: f"Reading struck out: {d.get('said', '')}",
    "proof_sent": lambda d: f"Proof {d.get('version', '')} of the engraving sent to the customer",
    "proof_answered": _proof,
}
WORK_ICONS = {
    "paused": "player-pause", "task_begun": "hammer", "task_done": "circle-check", "time_corrected": "clock",
    "clock_stopped": "clock",
    "assigned": "user", "unassigned": "user", "part_used": "package-import", "part_struck": "minus",
    "weighed": "scale", "bagged": "shopping-bag", "bag_struck": "minus", "bag_returned": "shopping-bag-check",
    "watch_checked": "device-watch", "watch_struck": "minus", "proof_sent": "send", "proof_answered": "edit",
}  # fmt: skip
