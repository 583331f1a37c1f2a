"""The look around, again and again: what in each shop fits a rule now. Its cost follows what changed."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from workshop import clock
from workshop.record.alarms.alarm_looks import LOOKS, at_risk
from workshop.record.alarms.alarms import renew_many
from workshop.record.alarms.rounds import Round
from workshop.record.tables import Shop

TOGETHER = 500  # shops in one statement
PLAN_EVERY = 600.0  # seconds after which a plan is laid again although nothing happened: hours pass as well
MOST_PLANS = 200  # laid in one look; the others' turn comes with the next


async def look_for_alarms() -> None:
    """Every rule in every shop. What is new is raised, what holds no more is cleared."""
    for around in _rounds(await Shop.objects().order_by(Shop.id)):
        await _look(around)
        await renew_many(around.shops, "risk", await at_risk(around))


class Watch:
    """What one worker remembers from look to look: of which shop it has laid the plan, and what was new there then."""

    def __init__(self) -> None:
        self._laid: dict[int, tuple[datetime | None, float]] = {}

    async def look(self) -> int:
        """The same as a whole look, but plans are laid only where something happened since, or long ago.

        Gives in how many shops.
        """
        left = MOST_PLANS
        for around in _rounds(await Shop.objects().order_by(Shop.id)):
            await _look(around)
            left -= await self._lay(around, left)
        return MOST_PLANS - left

    async def _lay(self, around: Round, most: int) -> int:
        news, at = await _last_events(around), asyncio.get_running_loop().time()
        due = [shop for shop in around.shops if self._is_due(shop.id, news.get(shop.id), at)]
        due = sorted(due, key=lambda shop: self._laid.get(shop.id, (None, 0.0))[1])[:most]
        await renew_many(due, "risk", await at_risk(Round(due, around.now)))
        self._laid |= {shop.id: (news.get(shop.id), at) for shop in due}
        return len(due)

    def _is_due(self, shop: int, last: datetime | None, at: float) -> bool:
        if shop not in self._laid:
            return True
        seen, laid = self._laid[shop]
        return seen != last or at - laid > PLAN_EVERY


def _rounds(shops: list[Shop]) -> Iterator[Round]:
    now = clock.now()
    for first in range(0, len(shops), TOGETHER):
        yield Round(shops[first : first + TOGETHER], now)


async def _look(around: Round) -> None:
    for rule, look in LOOKS.items():
        await renew_many(around.shops, rule, await look(around))


async def _last_events(around: Round) -> dict[int, datetime]:
    """When something happened last in each shop: work, staff, hours and days off are events all."""
    rows = await around.ask("SELECT e.at FROM event e WHERE e.shop = s.id ORDER BY e.at DESC LIMIT 1")
    return {row["shop_id"]: row["at"] for row in rows}


_watch = Watch()


async def keep_looking() -> None:
    """The worker's part, several times a minute."""
    await _watch.look()
