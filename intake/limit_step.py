"""“Not above X” while it is agreed: the work already chosen may come to more."""

from intake.draft_fields import Data, oddity
from workshop import money


def over_limit(data: Data, total_cents: int) -> int:
    """How many cents the work comes to above the amount the customer will not go above; zero if within, or none."""
    typed = data.get("not_above") or ""
    if data.get("price_terms") != "not_above" or not typed or oddity("not_above", typed):
        return 0
    return max(0, total_cents - money.parse(typed, "not_above"))
