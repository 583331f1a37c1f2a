"""What a station says to a scan: words, tone and sound, what is in hand now, and what one can do next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workshop import clock
from workshop.record.events import Actor
from workshop.record.shop.shops import shop_of
from workshop.record.stages import HOLD_REASONS, WORDS, Stage
from workshop.record.tables import Envelope


@dataclass(frozen=True)
class Answer:
    """What the bench says to a scan: words, tone and sound, and what is in hand now."""

    words: str
    tone: str = "green"
    sound: str = "ok"
    icon: str = "circle-check"
    code: str = ""
    view: str = "piece"  # piece, hold, fail, found, or empty: leave what is shown
    badge: str = ""  # somebody else takes over the station
    go: str = ""  # another page has what this asks for
    number: str = ""
    offers: list[tuple[str, str]] = field(default_factory=list)  # cards to tap instead of scanning: (code, words)
    can_undo: bool = True  # it changed something that UNDO takes back

    def said(self) -> dict[str, Any]:
        """As a station without a page reads it."""
        outcome = {"ok": "done", "attention": "asks"}.get(self.sound, "refused")
        offers = [{"code": code, "words": words} for code, words in self.offers]
        return {
            "outcome": outcome, "words": self.words, "tone": self.tone, "sound": self.sound, "icon": self.icon,
            "in_hand": self.code, "number": self.number, "view": self.view, "go": self.go, "offers": offers,
            "undo": self.can_undo and outcome == "done" and bool(self.code),
        }  # fmt: skip


def about(envelope: Envelope, words: str, tone: str = "green", icon: str = "circle-check", **more: Any) -> Answer:
    """An answer about one envelope, which is in hand from now on."""
    return Answer(words, tone, icon=icon, code=envelope.code, number=envelope.number, **more)


def already(envelope: Envelope, words: str, icon: str = "check") -> Answer:
    """It stood so before: nothing changed, nothing to take back."""
    return about(envelope, words, "slate", icon, can_undo=False)


def standing_words(envelope: Envelope) -> str:
    """`HR-24811-1 · On hold: waiting for a part`."""
    more = f": {HOLD_REASONS.get(envelope.hold_reason, '').lower()}" if envelope.hold_reason else ""
    return f"{envelope.number} · {WORDS[Stage(envelope.stage)].label}{more}"


def tone_of(envelope: Envelope) -> str:
    """The colour of where it stands."""
    return WORDS[Stage(envelope.stage)].colour


def icon_of(envelope: Envelope) -> str:
    """The sign of where it stands."""
    return WORDS[Stage(envelope.stage)].icon


async def signed(words: str, by: Actor) -> str:
    """`Started · Kai · 14:02`."""
    return f"{words} · {short(by)} · {await hour(clock.now(), by)}"


def short(by: Actor) -> str:
    """The first name."""
    return by.name.split()[0]


async def hour(moment: datetime, by: Actor) -> str:
    """`14:02` on the shop's wall."""
    zone = (await shop_of(by.shop)).zone
    return f"{clock.local(moment, zone):%H:%M}"
