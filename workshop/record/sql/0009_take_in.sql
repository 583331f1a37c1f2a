-- Taking in, deeper: which photos, a manager's word at the counter, risks explained, words to engrave,
-- and when each field of a take-in was last typed.
ALTER TABLE shop
    ADD COLUMN photo_guide JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN valuable_cents BIGINT NOT NULL DEFAULT 500000,
    ADD COLUMN photo_minimum_valuable SMALLINT NOT NULL DEFAULT 4,
    ADD COLUMN badge_approves BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE ticket
    ADD COLUMN risks JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN risks_explained BOOLEAN NOT NULL DEFAULT false;
-- What was printed from the price book before stays on the ticket, whatever the book says later.
UPDATE ticket k SET risks = found.lines FROM (
    SELECT ticket, jsonb_agg(risk ORDER BY first) AS lines FROM (
        SELECT v.ticket, i.risk, min(t.id) AS first FROM task t JOIN envelope v ON v.id = t.envelope
        JOIN price_item i ON i.shop = v.shop AND i.code = t.code
             AND CURRENT_DATE BETWEEN i.active_from AND COALESCE(i.active_to, 'infinity')
        WHERE i.risk <> '' AND NOT t.is_dropped GROUP BY v.ticket, i.risk) AS line
    GROUP BY ticket) AS found WHERE found.ticket = k.id;

ALTER TABLE envelope ADD COLUMN engravings JSONB NOT NULL DEFAULT '[]';

ALTER TABLE intake_draft ADD COLUMN stamps JSONB NOT NULL DEFAULT '{}';

CREATE TABLE approval (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    act VARCHAR(24) NOT NULL DEFAULT '',
    subject VARCHAR(60) NOT NULL DEFAULT '',
    amount_cents BIGINT NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    how VARCHAR(8) NOT NULL DEFAULT 'pin' CHECK (how IN ('pin', 'badge')),
    approved_by INTEGER NOT NULL REFERENCES staff (id),
    asked_by INTEGER NOT NULL REFERENCES staff (id),
    station VARCHAR(60) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    used_at TIMESTAMPTZ
);
CREATE INDEX approval_subject ON approval (subject, act, id DESC);
-- A given word is evidence: only that it was used may still be written.
REVOKE UPDATE, DELETE, TRUNCATE ON approval FROM workshop_app;
GRANT UPDATE (used_at) ON approval TO workshop_app;
