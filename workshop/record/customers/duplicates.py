"""Records that may be one person: suggested with their reason, never merged alone."""

from datetime import timedelta
from typing import Any

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import InvalidInput
from workshop.record.customers.customers import customer_by_id
from workshop.record.customers.search import search
from workshop.record.events import Actor, record

Row = dict[str, Any]
PAGE = 30
REASONS = {
    "phone": "same phone number", "email": "same e-mail", "birthday": "same birthday", "address": "same address",
    "name": "same name, one without a number", "alike": "similar name",
}  # fmt: skip
# A number or address is shared in families: a like name has to come with it. People put into one household
# were looked at by a colleague, who saw two of them.
_LIKELY = """
SELECT me.id AS of, c.id, c.first_name, c.last_name, near.reasons,
       similarity(plain(me.first_name || ' ' || me.last_name), plain(c.first_name || ' ' || c.last_name)) AS alike
FROM unnest($1::bigint[]) AS asked (id) JOIN customer me ON me.id = asked.id AND me.merged_into IS NULL
CROSS JOIN LATERAL (
    SELECT found.id, array_agg(DISTINCT found.reason ORDER BY found.reason) AS reasons FROM (
        SELECT q.customer AS id, 'phone' AS reason FROM phone p JOIN phone q ON q.number = p.number
            WHERE p.customer = me.id
        UNION ALL SELECT q.customer, 'email' FROM email_address p JOIN email_address q ON q.address = p.address
            WHERE p.customer = me.id
        UNION ALL SELECT o.id, 'birthday' FROM customer o WHERE o.birthday = me.birthday
        UNION ALL SELECT o.id, 'address' FROM customer o WHERE me.address <> '' AND o.address <> ''
            AND squeezed(o.address) = squeezed(me.address)
        UNION ALL SELECT k.customer, 'name' FROM name_key k WHERE me.first_name <> ''
            AND k.last = array_to_string(name_words(me.last_name), '')
            AND k.first = array_to_string(name_words(me.first_name), '')
            AND (NOT EXISTS (SELECT FROM phone WHERE customer = k.customer)
                 OR NOT EXISTS (SELECT FROM phone WHERE customer = me.id))
    ) found GROUP BY found.id
) near JOIN customer c ON c.id = near.id AND c.id <> me.id AND c.merged_into IS NULL
WHERE first_names_alike(me.first_name, c.first_name)
  AND (last_names_alike(me.last_name, c.last_name)
       OR near.reasons && '{phone,email}' AND length(c.first_name) > 1 AND plain(me.first_name) = plain(c.first_name))
  AND (me.household IS NULL OR c.household IS DISTINCT FROM me.household)
  AND NOT EXISTS (
      SELECT FROM customer_pair d JOIN customer a ON a.id = d.one JOIN customer b ON b.id = d.other
      WHERE d.state = 'different' AND (d.one IN (SELECT id FROM customer WHERE id = c.id OR merged_into = c.id)
                                       OR d.other IN (SELECT id FROM customer WHERE id = c.id OR merged_into = c.id))
        AND me.id IN (COALESCE(a.merged_into, a.id), COALESCE(b.merged_into, b.id)))
"""
_WITH_NUMBER = """SELECT l.*,
    (SELECT number FROM phone WHERE customer = l.id ORDER BY is_first DESC, id LIMIT 1) AS phone
    FROM ({rows}) l ORDER BY cardinality(reasons) DESC, alike DESC, id LIMIT {most}"""


async def likely_same(customer: int) -> list[Row]:
    """Records that may be this same person, the likeliest first, each with its reasons."""
    return await fetch(_WITH_NUMBER.format(rows=_LIKELY, most=4), [customer])


async def known_already(first_name: str, last_name: str, *, number: str = "", email: str = "", shop: int) -> list[Row]:
    """People we know who may be the one being written down: by number (E.164), e-mail or like name."""
    name = f"{first_name} {last_name}".strip()
    found = await search(name, shop=shop) if first_name and len(last_name) > 1 else []
    near = """SELECT c.id, c.first_name, c.last_name, array_agg(DISTINCT near.reason) AS reasons,
            max(similarity(plain(c.first_name || ' ' || c.last_name), plain($1))) AS alike
        FROM (SELECT customer AS id, 'phone' AS reason FROM phone WHERE $2 <> '' AND number = $2
              UNION ALL SELECT customer, 'email' FROM email_address WHERE $3 <> '' AND address = lower($3)
              UNION ALL SELECT id, 'alike' FROM customer WHERE id = ANY($4)
                  AND first_names_alike(first_name, $5) AND last_names_alike(last_name, $6)) near
        JOIN customer c ON c.id = near.id AND c.merged_into IS NULL GROUP BY c.id"""
    named = [person["id"] for household in found for person in household.people]
    return await fetch(
        _WITH_NUMBER.format(rows=near, most=6), name, number, email.strip(), named, first_name, last_name
    )


async def tell_apart(one: int, other: int, *, by: Actor) -> None:
    """A colleague says these are two people: they are not suggested again."""
    if one == other:
        raise InvalidInput("That is one and the same record.", other="Choose another record.")
    async with transaction():
        pair = sorted([(await customer_by_id(one)).id, (await customer_by_id(other)).id])
        changed = await fetch_value(
            """INSERT INTO customer_pair AS p (one, other, state, staff, at) VALUES ($1, $2, 'different', $3, $4)
               ON CONFLICT (one, other) DO UPDATE SET state = 'different', staff = $3, at = $4
               WHERE p.state <> 'different' RETURNING id""",
            *pair, by.id, clock.now(),
        )  # fmt: skip
        for customer in pair if changed else []:
            await record("not_same_person", shop=by.shop, by=by, customer=customer, pair=changed)


async def told_apart(one: int, other: int) -> Row | None:
    """Who said that they are two people, and when; None if nobody did."""
    return await fetch_one(
        """SELECT p.at, s.name AS staff_name FROM customer_pair p LEFT JOIN staff s ON s.id = p.staff
           WHERE p.one = $1 AND p.other = $2 AND p.state = 'different'""",
        *sorted([one, other]),
    )


async def likely_pairs(before: int | None = None) -> list[Row]:
    """A page of pairs to look at, newest first; `before` is the `id` of the last one seen."""
    return await fetch(
        f"""SELECT p.id, p.reasons, p.at, a.id AS one, a.first_name AS one_first, a.last_name AS one_last,
                   b.id AS other, b.first_name AS other_first, b.last_name AS other_last,
                   (SELECT number FROM phone WHERE customer = a.id ORDER BY is_first DESC, id LIMIT 1) AS one_phone,
                   (SELECT number FROM phone WHERE customer = b.id ORDER BY is_first DESC, id LIMIT 1) AS other_phone,
                   (SELECT count(*) FROM ticket WHERE customer = a.id) AS one_tickets,
                   (SELECT count(*) FROM ticket WHERE customer = b.id) AS other_tickets
            FROM customer_pair p JOIN customer a ON a.id = p.one AND a.merged_into IS NULL
            JOIN customer b ON b.id = p.other AND b.merged_into IS NULL
            WHERE p.state = 'likely' AND ($1::bigint IS NULL OR p.id < $1) ORDER BY p.id DESC LIMIT {PAGE + 1}""",  # noqa: S608
        before,
    )


# A commit may bring an event with a lower number than one already read: history is read with a little delay.
SETTLED = timedelta(seconds=30)
STRIDE, MOST_STRIDES = 500, 40
_CHANGES = ["customer_%", "phone_%", "email_%", "merge_undone"]


async def look_for_duplicates() -> None:
    """Again and again: whoever was written down or changed since the last look is compared with everybody."""
    for _ in range(MOST_STRIDES):
        async with transaction():
            await fetch("INSERT INTO duplicate_look (id) VALUES (1) ON CONFLICT DO NOTHING")
            look = await fetch_one("SELECT event FROM duplicate_look WHERE id = 1 FOR UPDATE SKIP LOCKED")
            read = await _changed_since(look["event"]) if look else None
            if read is None or read["last"] is None:
                return
            await _keep_pairs(read["customers"] or [])
            await fetch("UPDATE duplicate_look SET event = $1 WHERE id = 1", read["last"])


async def _changed_since(event: int) -> Row | None:
    return await fetch_one(
        f"""SELECT max(id) AS last, array_agg(DISTINCT customer) FILTER (
                WHERE customer IS NOT NULL AND name LIKE ANY($3)) AS customers
            FROM (SELECT id, name, customer FROM event WHERE id > $1 AND at < $2 ORDER BY id LIMIT {STRIDE}) e""",  # noqa: S608
        event, clock.now() - SETTLED, _CHANGES,
    )  # fmt: skip


async def _keep_pairs(customers: list[int]) -> None:
    """The pairs these people make now, in place of those they made before. What a colleague said stays said."""
    await fetch(
        f"""WITH now AS (SELECT LEAST(of, id) AS one, GREATEST(of, id) AS other, reasons FROM ({_LIKELY}) l),
                 over AS (DELETE FROM customer_pair p WHERE state = 'likely' AND (one = ANY($1) OR other = ANY($1))
                          AND NOT EXISTS (SELECT FROM now n WHERE n.one = p.one AND n.other = p.other))
            INSERT INTO customer_pair AS p (one, other, reasons, at)
            SELECT DISTINCT ON (one, other) one, other, reasons, $2::timestamptz FROM now
            ON CONFLICT (one, other) DO UPDATE SET reasons = excluded.reasons WHERE p.state = 'likely'""",  # noqa: S608
        customers, clock.now(),
    )  # fmt: skip
