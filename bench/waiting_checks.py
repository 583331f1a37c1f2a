"""What lies at the gate, rush first, then the promise that falls first."""

from typing import Any

from workshop.db import fetch


async def checks_waiting(shop: int, *, limit: int) -> list[dict[str, Any]]:
    """Envelopes at quality check, with who did the work; no price, no name of a customer."""
    return await fetch(
        """SELECT v.code, v.number, v.stage, v.is_rush, v.promise_on, v.stone_count, v.worked_by, v.stage_since,
                  p.kind, p.description, p.metal, p.metal_basis, p.serial,
                  split_part(w.name, ' ', 1) AS worker_name, q.ticked, q.lines, q.checker,
                  (SELECT id FROM photo WHERE envelope_code = v.code AND removed_at IS NULL
                   ORDER BY taken_at LIMIT 1) AS photo
           FROM (SELECT * FROM envelope WHERE shop = $1 AND stage = 'quality_check' AND stage <> 'picked_up'
                 ORDER BY is_rush DESC, promise_on, id LIMIT $2) v
           JOIN piece p ON p.id = v.piece LEFT JOIN staff w ON w.id = v.worked_by
           LEFT JOIN LATERAL (
               SELECT count(a.id) FILTER (WHERE a.name LIKE 'line-%' AND a.value <> '') AS ticked,
                      jsonb_array_length(c.lines) AS lines,
                      (array_agg(split_part(s.name, ' ', 1) ORDER BY a.at DESC, a.id DESC))[1] AS checker
               FROM quality_check c JOIN quality_answer a ON a.quality_check = c.id LEFT JOIN staff s ON s.id = a.staff
               WHERE c.envelope = v.id AND c.state = 'open' AND c.opened_at >= v.stage_since GROUP BY c.id) q ON true
           ORDER BY v.is_rush DESC, v.promise_on, v.id""",
        shop, limit,
    )  # fmt: skip
