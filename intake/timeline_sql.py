"""The one statement behind a person's line of time.

One branch per kind of row, each led by an index in the order of time and limited, so that a page costs the same
after thirty years as after one visit. Only then, for the rows of the page, is looked up what they are about and
whether they are somebody else's surprise, by the rule of `workshop.record.customers.discreet`.
"""

from collections.abc import Iterable

from workshop.record.customers.discreet import is_secret_visit

# Every branch knows: $1 whose rows, $2 $3 the spot below which it reads, $4 how many, $5 the shop that asks, $6 whose
# page it is.


def _branch(letter: str, source: str, *, table: str, at: str, columns: str, where: str, digits: bool = True) -> str:
    """SQL: the newest rows of one table below the spot, each with the key that tells it from one of the same moment."""
    row = table.split()[1]
    number = f"to_char({row}.id, 'FM0000000000000000000')" if digits else f"{row}.id::text"
    key = f"""('{letter}' || {number}) COLLATE "C" """
    return f"""(SELECT found.* FROM people w CROSS JOIN LATERAL (
        SELECT {at} AS at, {key} AS key, '{source}' AS source, w.person, {columns}
        FROM {table} WHERE {where} AND {at} <= $2 AND ({at}, {key}) < ($2, $3 COLLATE "C")
        ORDER BY {at} DESC, {row}.id DESC LIMIT $4) found)"""  # noqa: S608 - our own words


# What of history is told under which kind. As the predicate of the index `event_told` has them: a name that
# is added here is added there.
EVENTS = {
    "visits": (
        "taken_in", "moved", "promise_changed", "collector_added", "pickup_refused", "collection_letter", "said_not_me",
        "handover_taken_back",
    ),
    "money": (
        "estimate_sent", "estimate_approved", "estimate_declined", "paid", "refunded", "discount_given",
        "discount_taken_back", "fee_charged", "fee_waived", "receipt_sent",
    ),
    "pieces": ("wish_noted", "wish_bought", "wish_done", "piece_passed_on", "piece_left"),
}  # fmt: skip
# Told by a row of their own: the text, the call, the purchase, the note, the answer to a suggestion.
TOLD_ELSEWHERE = (
    "contact_logged", "contact_taken_back", "customer_called", "sold", "sale_struck", "note_added", "note_removed",
    "note_restored", "prompt_accepted", "prompt_later", "prompt_dismissed", "reminder_due", "wish_noted",
    "wish_bought", "wish_done", "wish_open",
)  # fmt: skip


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _events(letter: str, which: str) -> str:
    return _branch(
        letter, "event", table="event e", at="e.at",
        columns="""e.shop, e.ticket, e.piece, e.staff, e.name, '' AS body,
            e.data || jsonb_build_object('from', e.from_stage, 'to', e.to_stage) AS data""",
        where=f"e.customer = w.id AND {which}",
    )  # fmt: skip


def _told(*kinds: str) -> str:
    """Of another shop only that somebody came and went."""
    names = [name for kind in kinds for name in EVENTS[kind]]
    return _events(
        "e",
        f"""(e.name <> 'moved' OR e.to_stage = 'picked_up') AND e.name IN ({_quoted(names)})
        AND (e.shop = $5 OR e.ticket IS NULL OR e.name IN ('taken_in', 'moved'))""",
    )


_PERSON = _events("f", f"e.ticket IS NULL AND e.piece IS NULL AND e.name NOT IN ({_quoted(TOLD_ELSEWHERE)})")
_BROUGHT = _branch(
    "k", "brought", table="ticket t", at="t.taken_in_at",
    columns="""t.shop, t.id AS ticket, NULL::bigint AS piece, t.taken_in_by AS staff, 'taken_in' AS name,
        (SELECT trim(first_name || ' ' || last_name) FROM customer WHERE id = t.customer) AS body,
        '{}'::jsonb AS data""",
    where="t.owner = w.id AND t.customer <> t.owner",
)  # fmt: skip


def _messages(letter: str, channels: str) -> str:
    return _branch(
        letter, "message", table="message m", at="m.created_at", digits=False,
        columns="""m.shop, m.ticket, NULL::bigint AS piece, m.seen_by AS staff, m.template AS name, m.body,
            jsonb_build_object('channel', m.channel, 'direction', m.direction, 'state', m.state, 'id', m.id,
                               'outcome', COALESCE(m.facts ->> 'outcome', '')) AS data""",
        where=f"m.customer = w.id AND m.channel {channels} AND m.state <> 'superseded'",
    )  # fmt: skip


def _sales(letter: str, column: str, is_payer: str) -> str:
    """A giver's price is the giver's to know, and another shop's price is its own."""
    return _branch(
        letter, "sale", table="sale s", at="(s.sold_on + time '12:00') AT TIME ZONE 'UTC'",
        columns=f"""s.shop, s.ticket, NULL::bigint AS piece, s.recorded_by AS staff, s.occasion AS name,
            COALESCE((SELECT string_agg(COALESCE(NULLIF(description, ''), style_no), ', ' ORDER BY id)
                      FROM sale_line WHERE sale = s.id), '') AS body,
            jsonb_build_object('total', CASE WHEN s.customer = $6 AND s.shop = $5 THEN s.total_cents END,
                               'is_payer', {is_payer}, 'id', s.id) AS data""",  # noqa: S608 - our own words
        where=f"s.{column} = w.id AND s.voided_at IS NULL AND (NOT s.is_discreet OR s.customer = $6)"
        + ("" if is_payer == "true" else " AND s.customer IS DISTINCT FROM s.recipient"),
    )


_REMINDERS = _branch(
    "r", "reminder", table="reminder r", at="r.created_at",
    columns="""r.shop, NULL::bigint AS ticket, r.piece, NULL::integer AS staff,
        (SELECT l.name FROM service_plan l WHERE l.id = r.plan) AS name, r.state_reason AS body,
        jsonb_build_object('state', r.state, 'due_on', r.due_on) AS data""",
    where="r.customer = w.id",
)  # fmt: skip
_PROMPTS = _branch(
    "p", "prompt", table="prompt p", at="p.created_at",
    columns="""p.shop, p.ticket, p.piece, p.answered_by AS staff, p.rule AS name, p.reason AS body,
        jsonb_build_object('state', p.state) AS data""",
    where="p.customer = w.id AND p.state <> 'shown' AND p.shop = $5",
)  # fmt: skip
_NOTES = _branch(
    "n", "note", table="customer_note n", at="n.at",
    columns="$5 AS shop, NULL::bigint AS ticket, n.piece, n.staff, '' AS name, n.text AS body, '{}'::jsonb AS data",
    where="n.customer = w.id AND n.removed_at IS NULL",
)  # fmt: skip
_CONSENT = _branch(
    "c", "consent", table="consent c", at="c.at",
    columns="""$5 AS shop, NULL::bigint AS ticket, NULL::bigint AS piece, c.staff, c.purpose AS name, '' AS body,
        jsonb_build_object('is_given', c.is_given, 'how', c.how, 'last_four', right(c.number, 4)) AS data""",
    where="c.customer = w.id",
)  # fmt: skip

BRANCHES: dict[str, list[str]] = {
    "visits": [_told("visits"), _BROUGHT, _messages("m", "= 'visit'")],
    "texts": [_messages("m", "NOT IN ('call', 'visit')")],
    "calls": [_messages("m", "IN ('call', 'visit')")],
    "money": [_told("money")],
    "pieces": [_told("pieces"), _sales("s", "customer", "true"), _sales("g", "recipient", "false")],
    "next": [_REMINDERS, _PROMPTS],
    "notes": [_NOTES],
    "record": [_PERSON, _CONSENT],
}
BRANCHES["all"] = [
    _told(*EVENTS), _PERSON, _BROUGHT, _messages("m", "<> ''"), *BRANCHES["pieces"][1:], *BRANCHES["next"], _NOTES,
    _CONSENT,
]  # fmt: skip

# A visit is its bringer's, a piece its owner's to tell.
_SURPRISE = f"""(k.customer <> $6 AND {is_secret_visit()}
    OR p.is_discreet AND NOT EXISTS (SELECT FROM ownership so
        WHERE so.piece = p.id AND so.until IS NULL AND so.customer = $6)) IS TRUE"""  # noqa: S608 - our own words


def timeline_sql(kind: str) -> str:
    """A page, newest first; `is_surprise` marks the rows that are not for this page."""
    return f"""WITH asked AS (SELECT $5::integer, $6::bigint),
        people AS (SELECT id, id AS person FROM customer WHERE id = ANY($1::bigint[])
                   UNION ALL SELECT id, merged_into FROM customer WHERE merged_into = ANY($1::bigint[]))
        SELECT r.*, k.number AS ticket_number, st.name AS staff_name, h.name AS shop_name, c.first_name, c.last_name,
               p.kind AS piece_kind, p.description AS piece_words, {_SURPRISE} AS is_surprise
        FROM (SELECT * FROM ({" UNION ALL ".join(BRANCHES[kind])}) every
              ORDER BY at DESC, key DESC LIMIT $4) r
        LEFT JOIN ticket k ON k.id = r.ticket LEFT JOIN staff st ON st.id = r.staff LEFT JOIN shop h ON h.id = r.shop
        LEFT JOIN piece p ON p.id = r.piece JOIN customer c ON c.id = r.person
        ORDER BY r.at DESC, r.key DESC"""  # noqa: S608 - our own words
