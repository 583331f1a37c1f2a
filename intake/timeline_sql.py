"""The one statement behind a person's line of time.

One branch per kind of row, each led by an index in the order of time and limited, so that a page costs the same
after thirty years as after one visit. Surprises follow the rule of `workshop.record.discreet`.
"""

from workshop.record.discreet import is_secret_visit


# Every branch knows: $1 whose rows, $2 $3 the spot below which it reads, $4 how many, $5 names of events, $6 whether
# facts of the record count, $7 what is told elsewhere, $8 the shop that asks, $9 whose page it is.
def _open_visit(row: str) -> str:
    """SQL: no visit that is somebody else's surprise."""
    return f"""NOT EXISTS (SELECT FROM ticket k
        WHERE k.id = {row}.ticket AND k.customer <> $9 AND {is_secret_visit()})"""  # noqa: S608 - our own words


def _open_piece(row: str) -> str:
    """SQL: no piece that is its owner's surprise."""
    return f"""NOT EXISTS (SELECT FROM piece sp WHERE sp.id = {row}.piece AND sp.is_discreet AND NOT EXISTS (
        SELECT FROM ownership so WHERE so.piece = sp.id AND so.until IS NULL AND so.customer = $9))"""  # noqa: S608


def _branch(letter: str, source: str, *, table: str, at: str, columns: str, where: str, digits: bool = True) -> str:
    """SQL: the newest rows of one table below the spot, each with the key that tells it from one of the same moment."""
    row = table.split()[1]
    number = f"to_char({row}.id, 'FM0000000000000000000')" if digits else f"{row}.id::text"
    key = f"""('{letter}' || {number}) COLLATE "C" """
    return f"""(SELECT found.* FROM people w CROSS JOIN LATERAL (
        SELECT {at} AS at, {key} AS key, '{source}' AS source, w.person, {columns}
        FROM {table} WHERE {where} AND {at} <= $2 AND ({at}, {key}) < ($2, $3 COLLATE "C")
        ORDER BY {at} DESC, {row}.id DESC LIMIT $4) found)"""  # noqa: S608 - our own words


_EVENTS = _branch(
    "e", "event", table="event e", at="e.at",
    columns="""e.shop, e.ticket, e.piece, e.staff, e.name, '' AS body,
        e.data || jsonb_build_object('from', e.from_stage, 'to', e.to_stage) AS data""",
    where=f"""e.customer = w.id AND (e.name = ANY($5) AND (e.name <> 'moved' OR e.to_stage = 'picked_up')
            OR $6 AND e.ticket IS NULL AND e.piece IS NULL AND e.name <> ALL($7))
        AND (e.shop = $8 OR e.ticket IS NULL OR e.name IN ('taken_in', 'moved'))
        AND {_open_visit("e")} AND {_open_piece("e")}""",
)  # fmt: skip
_BROUGHT = _branch(
    "k", "brought", table="ticket t JOIN customer b ON b.id = t.customer", at="t.taken_in_at",
    columns="""t.shop, t.id AS ticket, NULL::bigint AS piece, t.taken_in_by AS staff, 'taken_in' AS name,
        trim(b.first_name || ' ' || b.last_name) AS body, '{}'::jsonb AS data""",
    where=f"""t.owner = w.id AND t.customer <> t.owner AND NOT (t.customer <> $9 AND {is_secret_visit("t")})""",
)  # fmt: skip


def _messages(letter: str, channels: str) -> str:
    return _branch(
        letter, "message", table="message m", at="m.created_at", digits=False,
        columns="""m.shop, m.ticket, NULL::bigint AS piece, m.seen_by AS staff, m.template AS name, m.body,
            jsonb_build_object('channel', m.channel, 'direction', m.direction, 'state', m.state, 'id', m.id,
                               'outcome', COALESCE(m.facts ->> 'outcome', '')) AS data""",
        where=f"m.customer = w.id AND m.channel {channels} AND m.state <> 'superseded' AND {_open_visit('m')}",
    )  # fmt: skip


def _sales(letter: str, column: str, is_payer: str) -> str:
    """A giver's price is the giver's to know, and another shop's price is its own."""
    return _branch(
        letter, "sale", table="sale s", at="(s.sold_on + time '12:00') AT TIME ZONE 'UTC'",
        columns=f"""s.shop, s.ticket, NULL::bigint AS piece, s.recorded_by AS staff, s.occasion AS name,
            COALESCE((SELECT string_agg(COALESCE(NULLIF(description, ''), style_no), ', ' ORDER BY id)
                      FROM sale_line WHERE sale = s.id), '') AS body,
            jsonb_build_object('total', CASE WHEN s.customer = $9 AND s.shop = $8 THEN s.total_cents END,
                               'is_payer', {is_payer}, 'id', s.id) AS data""",  # noqa: S608 - our own words
        where=f"s.{column} = w.id AND s.voided_at IS NULL AND (NOT s.is_discreet OR s.customer = $9)"
        + ("" if is_payer == "true" else " AND s.customer IS DISTINCT FROM s.recipient"),
    )


_REMINDERS = _branch(
    "r", "reminder", table="reminder r JOIN service_plan l ON l.id = r.plan", at="r.created_at",
    columns="""r.shop, NULL::bigint AS ticket, r.piece, NULL::integer AS staff, l.name, r.state_reason AS body,
        jsonb_build_object('state', r.state, 'due_on', r.due_on) AS data""",
    where=f"r.customer = w.id AND {_open_piece('r')}",
)  # fmt: skip
_PROMPTS = _branch(
    "p", "prompt", table="prompt p", at="p.created_at",
    columns="""p.shop, p.ticket, p.piece, p.answered_by AS staff, p.rule AS name, p.reason AS body,
        jsonb_build_object('state', p.state) AS data""",
    where=f"""p.customer = w.id AND p.state <> 'shown' AND p.shop = $8
            AND {_open_visit("p")} AND {_open_piece("p")}""",
)  # fmt: skip
_NOTES = _branch(
    "n", "note", table="customer_note n", at="n.at",
    columns="""$8 AS shop, NULL::bigint AS ticket, n.piece, n.staff, '' AS name, n.text AS body, '{}'::jsonb AS data""",
    where=f"n.customer = w.id AND n.removed_at IS NULL AND {_open_piece('n')}",
)  # fmt: skip
_CONSENT = _branch(
    "c", "consent", table="consent c", at="c.at",
    columns="""$8 AS shop, NULL::bigint AS ticket, NULL::bigint AS piece, c.staff, c.purpose AS name, '' AS body,
        jsonb_build_object('is_given', c.is_given, 'how', c.how, 'last_four', right(c.number, 4)) AS data""",
    where="c.customer = w.id",
)  # fmt: skip

_SPOKEN = "IN ('call', 'visit')"
BRANCHES: dict[str, list[str]] = {
    "visits": [_EVENTS, _BROUGHT, _messages("v", "= 'visit'")],
    "texts": [_messages("m", "NOT IN ('call', 'visit')")],
    "calls": [_messages("m", _SPOKEN)],
    "money": [_EVENTS],
    "pieces": [_EVENTS, _sales("s", "customer", "true"), _sales("g", "recipient", "false")],
    "next": [_REMINDERS, _PROMPTS],
    "notes": [_NOTES],
    "record": [_EVENTS, _CONSENT],
}
BRANCHES["all"] = [
    _EVENTS, _BROUGHT, _messages("m", "<> ''"), *BRANCHES["pieces"][1:], *BRANCHES["next"], _NOTES, _CONSENT,
]  # fmt: skip


def timeline_sql(kind: str) -> str:
    """The one statement behind a page."""
    return f"""WITH asked AS (SELECT $5::text[], $6::boolean, $7::text[], $8::integer, $9::bigint),
        people AS (SELECT id, COALESCE(merged_into, id) AS person FROM customer
                   WHERE id = ANY($1::bigint[]) OR merged_into = ANY($1::bigint[]))
        SELECT r.*, k.number AS ticket_number, st.name AS staff_name, h.name AS shop_name, c.first_name, c.last_name,
               p.kind AS piece_kind, p.description AS piece_words
        FROM (SELECT * FROM ({" UNION ALL ".join(BRANCHES[kind])}) every
              ORDER BY at DESC, key DESC LIMIT $4) r
        LEFT JOIN ticket k ON k.id = r.ticket LEFT JOIN staff st ON st.id = r.staff LEFT JOIN shop h ON h.id = r.shop
        LEFT JOIN piece p ON p.id = r.piece JOIN customer c ON c.id = r.person
        ORDER BY r.at DESC, r.key DESC"""  # noqa: S608 - our own words
