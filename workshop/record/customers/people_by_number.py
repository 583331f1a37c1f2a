"""People by a number or an address of theirs: any four digits of a phone, a ticket, an e-mail."""

import re
from typing import Any

from workshop.db import fetch

LAST_LETTER = "\U0010ffff"


async def people_with_phone(digits: str) -> list[int]:
    """Any run of four digits or more; the end of a number counts most, as people say it, then its beginning."""
    for asked in _as_said(digits):
        rows = await fetch(
            """WITH hit AS (
                   (SELECT customer, phone_digits(number) AS digits FROM phone
                    WHERE reverse(phone_digits(number)) COLLATE "C" >= reverse($1)
                      AND reverse(phone_digits(number)) COLLATE "C" <= reverse($1) || $2 LIMIT 120)
                   UNION (SELECT customer, phone_digits(number) FROM phone
                    WHERE phone_digits(number) LIKE '%' || $1 || '%' LIMIT 120))
               SELECT h.customer FROM hit h LEFT JOIN LATERAL (
                   SELECT seen_at FROM name_key WHERE customer = h.customer LIMIT 1) k ON true
               ORDER BY CASE WHEN digits LIKE '%' || $1 THEN 1 WHEN digits LIKE $1 || '%' THEN 2 ELSE 3 END,
                        k.seen_at DESC NULLS LAST, h.customer LIMIT 80""",
            asked, LAST_LETTER,
        )  # fmt: skip
        if rows:
            return list(dict.fromkeys(row["customer"] for row in rows))
    return []


def _as_said(digits: str) -> list[str]:
    """As typed; without the 1 or the 0 that some put before a number; without the code for calling abroad."""
    bare = re.sub(r"^(011|00|1|0)", "", digits)
    return [digits, bare] if bare != digits and len(bare) >= 4 else [digits]


async def people_with_email(text: str) -> list[int]:
    """The whole address or how it begins."""
    rows = await fetch(
        "SELECT customer AS id FROM email_address WHERE address LIKE lower($1) ORDER BY address, customer LIMIT 40",
        re.sub(r"([\\%_])", r"\\\1", text) + "%",
    )
    return [row["id"] for row in rows]


async def ticket_asked(text: str, *, shop: int) -> dict[str, Any] | None:
    """The ticket of this shop whose number, or one of whose envelopes' numbers, was typed; with or without letters."""
    found = re.fullmatch(r"(?:([A-Za-z]{1,6})-?)?(\d{1,9})(?:-\d{1,2})?", text)
    if not found:
        return None
    rows = await fetch(
        """SELECT k.id, k.number, k.customer, k.closed_at FROM ticket k JOIN shop s ON s.id = k.shop
           WHERE s.id = $1 AND k.number = CASE $2 WHEN '' THEN s.code ELSE $2 END || '-' || $3""",
        shop, (found[1] or "").upper(), found[2],
    )  # fmt: skip
    return rows[0] if rows else None


async def pieces_with_number(text: str, *, shop: int) -> list[dict[str, Any]]:
    """Pieces by a number on them (serial, movement, report of a stone), whole or begun with four signs or more.

    Each with its owner, and its envelope if it is in this shop now.
    """
    asked = re.sub(r"[^A-Za-z0-9]+", "", text).upper()
    if len(asked) < 4 or not re.search(r"\d", asked):
        return []
    return await fetch(
        """WITH hit AS (
               (SELECT id, serial AS number FROM piece WHERE serial <> ''
                AND read_off(serial) COLLATE "C" >= $1 AND read_off(serial) COLLATE "C" <= $2 LIMIT 8)
               UNION (SELECT id, movement_no FROM piece WHERE movement_no <> ''
                AND read_off(movement_no) COLLATE "C" >= $1 AND read_off(movement_no) COLLATE "C" <= $2 LIMIT 8)
               UNION (SELECT piece, report_no FROM stone WHERE report_no <> ''
                AND read_off(report_no) COLLATE "C" >= $1 AND read_off(report_no) COLLATE "C" <= $2 LIMIT 8))
           SELECT h.number, p.id, p.kind, p.description, p.is_discreet, c.id AS customer, c.first_name, c.last_name,
                  v.number AS envelope, v.code, v.stage, v.ticket_number, v.photo
           FROM hit h JOIN piece p ON p.id = h.id
           LEFT JOIN ownership o ON o.piece = p.id AND o.until IS NULL LEFT JOIN customer c ON c.id = o.customer
           LEFT JOIN LATERAL (
               SELECT e.number, e.code, e.stage, k.number AS ticket_number,
                      (SELECT id FROM photo WHERE envelope_code = e.code AND removed_at IS NULL
                       ORDER BY taken_at LIMIT 1) AS photo
               FROM envelope e JOIN ticket k ON k.id = e.ticket
               WHERE e.piece = p.id AND e.shop = $3 ORDER BY e.id DESC LIMIT 1) v ON true
           ORDER BY length(h.number), h.number LIMIT 8""",
        asked, asked + LAST_LETTER, shop,
    )  # fmt: skip
