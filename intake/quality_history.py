"""What the gate and the proof of history write, told so that anybody can read it out."""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]

QUALITY_SENTENCES: dict[str, Callable[[Data], str]] = {
    "history_broken": lambda d: f"History is not as it was written: {d.get('first', '')}",
    "dispute_read": lambda d: f"Dispute file read{_as(d)}",
    "quality_list_changed": lambda d: f"Checklist for {d.get('words', 'quality')}: version {d.get('version', '')}",
}
QUALITY_ICONS = {"history_broken": "alert-triangle", "dispute_read": "file-text", "quality_list_changed": "checklist"}


def _as(data: Data) -> str:
    return " as a file" if data.get("how") == "json" else ""
