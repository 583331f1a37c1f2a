"""Stuck: longer in one stage than the shop allows for it."""

import json

from workshop.record.stages import WORDS, Stage
from workshop.record.tables import Shop

S = Stage
# Days a piece may stand in a stage before somebody looks; 0: as long as it likes.
USUAL: dict[Stage, int] = {
    S.RECEIVED: 2, S.ESTIMATING: 2, S.AWAITING_APPROVAL: 5, S.APPROVED: 2, S.IN_QUEUE: 7, S.AT_BENCH: 3,
    S.QUALITY_CHECK: 1, S.AT_VENDOR: 14, S.ON_HOLD: 10, S.DECLINED: 7, S.CANCELLED: 7, S.READY_FOR_PICKUP: 0,
}  # fmt: skip


def limits_of(shop: Shop) -> dict[str, int]:
    """Days by stage: the shop's own where it set them."""
    own = json.loads(shop.stuck_days)
    return {stage.value: int(own.get(stage.value, days)) for stage, days in USUAL.items()}


def limits_json(shop: Shop) -> str:
    """The same for a statement: `is_stuck("v", "$3", "$4")` with this and the moment."""
    return json.dumps({stage: days for stage, days in limits_of(shop).items() if days})


def is_stuck(envelope: str, limits: str, now: str) -> str:
    """The condition in SQL; a stage without a limit is never stuck."""
    days = f"({limits}::jsonb ->> {envelope}.stage)::int"
    return f"COALESCE({envelope}.stage_since < {now}::timestamptz - {days} * interval '1 day', false)"


def stage_words(stage: str) -> str:
    """As staff call it."""
    return WORDS[Stage(stage)].label
