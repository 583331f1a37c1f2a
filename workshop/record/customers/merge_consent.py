"""Consent when two records become one: who withdrew on either has withdrawn. Inside the caller's transaction.

The ledger is never rewritten. A withdrawal is said again, as the newest word, on the record where it was
said; so it holds for both while they are one, and each reads as before when they are taken apart.
"""

from datetime import datetime

from workshop import clock
from workshop.db import fetch
from workshop.record.events import Actor

_NEWEST = """SELECT DISTINCT ON (person, number, purpose) * FROM (
    SELECT n.*, COALESCE(c.merged_into, c.id) AS person FROM consent n JOIN customer c ON c.id = n.customer
    WHERE c.id = ANY($1) OR c.merged_into = ANY($1)) words
    WHERE purpose <> 'all' ORDER BY person, number, purpose, id DESC"""


async def repeat_withdrawals(kept: int, gone: int, *, by: Actor) -> None:
    """Before two records become one. Offers refused on one number are refused on every number of the person."""
    await fetch(
        f"""WITH newest AS ({_NEWEST})
            INSERT INTO consent (customer, number, channel, purpose, is_given, wording, how, staff, at)
            SELECT DISTINCT ON (w.person, g.number, g.purpose) w.person, g.number, g.channel, g.purpose, false,
                'Withdrawn on ' || w.at::date || ' on another record of this person; it counts for both.',
                'merged', $2::integer, $3::timestamptz
            FROM newest w JOIN newest g ON g.person <> w.person AND g.purpose = w.purpose
            WHERE NOT w.is_given AND g.is_given
            AND (g.number = w.number AND g.id > w.id OR g.number <> w.number AND g.purpose = 'marketing')
            ORDER BY w.person, g.number, g.purpose, w.id DESC""",  # noqa: S608 - our own words
        [kept, gone], by.id, clock.now(),
    )  # fmt: skip


async def leave_withdrawals(kept: int, gone: int, *, since: datetime, by: Actor) -> None:
    """Once two records are taken apart: a withdrawal said while they were one stays with both."""
    await fetch(
        f"""WITH newest AS ({_NEWEST})
            INSERT INTO consent (customer, number, channel, purpose, is_given, wording, how, staff, at)
            SELECT $2::bigint, w.number, w.channel, w.purpose, false,
                'Withdrawn on ' || w.at::date || ' while two records were one; it counts for both.',
                'merged', $3::integer, $4::timestamptz
            FROM newest w WHERE w.person = $5 AND NOT w.is_given AND w.how <> 'merged' AND w.at >= $6
            AND COALESCE((SELECT g.is_given FROM newest g WHERE g.number = w.number AND g.purpose = w.purpose
                          AND g.person = $2), false)""",  # noqa: S608 - our own words
        [kept, gone], gone, by.id, clock.now(), kept, since,
    )  # fmt: skip
