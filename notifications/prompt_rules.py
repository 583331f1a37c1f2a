"""What is honest and useful to mention, each rule with its reason and the words to say. Pure: facts in, words out.

Nothing here speaks of a price, frightens anybody, or guesses what the record does not hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from notifications.reminders import months_later

OLD_YEARS = 40
VALUATION_YEARS = 2
APPRAISAL_YEARS = 3
RHODIUM_MONTHS = 10
BUNDLE_PIECES = 3
AT_MOST = 2

SIZING = {"RS-UP", "RS-DN", "SH-HALF", "SH-FULL"}
PRONGS = {"PR-TIP", "PR-RBLD", "PR-V", "HD-NEW"}
GOLD = {"10k", "14k", "18k"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one piece, its owner and this visit, on one day."""

    today: date
    piece: int | None = None
    kind: str = "piece"
    metal: str = ""
    description: str = ""
    origin: str = ""
    made_about: int | None = None
    appraised_on: date | None = None
    known_since: date | None = None
    work: frozenset[str] = frozenset()  # codes asked for or done on this visit
    done: Mapping[str, date] = field(default_factory=dict)  # last time each code was done, all visits
    pieces_here: int = 0  # open envelopes of the household
    is_pickup: bool = False
    is_on_time: bool = False
    is_redo: bool = False
    care_due: str = ""  # the plan of a reminder that is due for another piece of theirs
    care_kind: str = ""

    @property
    def name(self) -> str:
        """How staff speak of the piece."""
        return "piece" if self.kind in ("other", "") else self.kind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to mention: why it comes up, and words that can be said as they stand."""

    rule: str
    reason: str
    words: str
    is_about_piece: bool = True


def insurance_valuation(facts: Facts) -> Suggestion | None:
    """A resized ring whose papers are older than two years, or missing."""
    sized = max((day for code, day in facts.done.items() if code in SIZING), default=None)
    recently = sized is not None and facts.today - sized <= timedelta(days=60)
    if not (facts.work & SIZING or recently) or _papers_younger_than(facts, VALUATION_YEARS):
        return None
    papers = f"last appraised in {facts.appraised_on:%Y}" if facts.appraised_on else "no appraisal on file"
    return Suggestion(
        "insurance_valuation", f"Resized, and {papers}.",
        f"Now that your {facts.name} has its new size, shall we write an up-to-date appraisal for your insurance "
        "while it is here?",
    )  # fmt: skip


def rhodium_due(facts: Facts) -> Suggestion | None:
    """Plating that is ten months old, or white gold we have known that long and never plated."""
    plated = facts.done.get("RH-PLT")
    if "RH-PLT" in facts.work:
        return None
    if plated is None and not (_is_white_gold(facts) and facts.known_since):
        return None
    since = plated or facts.known_since
    assert since is not None
    if facts.today < months_later(since, RHODIUM_MONTHS):
        return None
    reason = f"Rhodium last done in {plated:%B %Y}." if plated else "White gold, never plated with us."
    return Suggestion(
        "rhodium_due", reason,
        f"The white finish wears with time. Would you like us to renew the rhodium on your {facts.name}?",
    )  # fmt: skip


def appraisal_old(facts: Facts) -> Suggestion | None:
    """Papers older than three years; values move."""
    if facts.appraised_on is None or _papers_younger_than(facts, APPRAISAL_YEARS):
        return None
    return Suggestion(
        "appraisal_old", f"Appraised in {facts.appraised_on:%B %Y}, more than {APPRAISAL_YEARS} years ago.",
        f"The appraisal of your {facts.name} is from {facts.appraised_on:%Y}. Insurers like a newer one; shall we "
        "refresh it?",
    )  # fmt: skip


def heirloom_refresh(facts: Facts) -> Suggestion | None:
    """An old or inherited piece whose prongs are worked on: the moment to look at all of it."""
    is_old = facts.made_about is not None and facts.made_about <= facts.today.year - OLD_YEARS
    has_prong_work = bool(facts.work & PRONGS or PRONGS & set(facts.done))
    if not (is_old or facts.origin == "heirloom") or not has_prong_work:
        return None
    reason = f"Made about {facts.made_about}" if is_old else "An heirloom"
    return Suggestion(
        "heirloom_refresh", f"{reason}, with prong work.",
        f"Pieces this old often have other worn places. Would you like us to look over the whole {facts.name} and "
        "tell you what would keep it safe for the next generation?",
    )  # fmt: skip


def bundle(facts: Facts) -> Suggestion | None:
    """Three pieces or more in the shop: one visit can fetch them all."""
    if facts.is_pickup or facts.pieces_here < BUNDLE_PIECES:
        return None
    return Suggestion(
        "bundle", f"{facts.pieces_here} pieces of theirs are here now.",
        "You have several pieces with us. Shall we have them ready on one day, so that you come only once?",
        is_about_piece=False,
    )  # fmt: skip


def care_due(facts: Facts) -> Suggestion | None:
    """A piece at home is due for its care: it could come along."""
    if not facts.care_due:
        return None
    name = facts.care_kind if facts.care_kind not in ("other", "") else "piece"
    return Suggestion(
        "care_due", f"{facts.care_due} is due for their {name}.",
        f"Your {name} is due for a check as well. Bring it along next time, and we look at it while you wait.",
        is_about_piece=False,
    )  # fmt: skip


def referral_ask(facts: Facts) -> Suggestion | None:
    """Everything was ready when promised: the moment a kind word comes easily."""
    if not facts.is_pickup or not facts.is_on_time or facts.is_redo:
        return None
    return Suggestion(
        "referral_ask", "Everything was ready when promised.",
        "I am glad it worked out. If you know somebody with a piece that needs care, we would be happy to meet them.",
        is_about_piece=False,
    )  # fmt: skip


# The more it helps the customer, the earlier it is said.
RULES: tuple[Callable[[Facts], Suggestion | None], ...] = (
    insurance_valuation, rhodium_due, heirloom_refresh, appraisal_old, care_due, bundle, referral_ask,
)  # fmt: skip


def suggestions(facts: Facts) -> list[Suggestion]:
    """Everything worth mentioning, the most useful first; the page shows two at most."""
    return [found for rule in RULES if (found := rule(facts)) is not None]


def _papers_younger_than(facts: Facts, years: int) -> bool:
    if "AP-VAL" in facts.work:
        return True
    made = max((day for day in (facts.appraised_on, facts.done.get("AP-VAL")) if day), default=None)
    return made is not None and months_later(made, years * 12) > facts.today


def _is_white_gold(facts: Facts) -> bool:
    return facts.metal in GOLD and "white" in facts.description.lower()
