-- Ready but not collected: how often customers were told, and by which way. A log, never rewritten.
CREATE TABLE collection_notice (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    ticket BIGINT NOT NULL REFERENCES ticket (id),
    kind VARCHAR(10) NOT NULL DEFAULT 'text',
    step SMALLINT NOT NULL DEFAULT 0,
    staff INTEGER REFERENCES staff (id),
    tracking VARCHAR(40) NOT NULL DEFAULT '',
    collect_by DATE,
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
-- Each rung of the ladder once for a ticket.
CREATE UNIQUE INDEX collection_notice_step ON collection_notice (ticket, step) WHERE kind = 'text';
CREATE INDEX collection_notice_ticket ON collection_notice (ticket, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON collection_notice
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON collection_notice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
REVOKE UPDATE, DELETE, TRUNCATE ON collection_notice FROM workshop_app;

CREATE INDEX envelope_ready ON envelope (shop, stage_since, id) WHERE stage = 'ready_for_pickup';

ALTER TABLE shop ADD COLUMN collect_days JSONB NOT NULL DEFAULT '[3, 7, 14, 30, 60, 90]';
ALTER TABLE shop ADD COLUMN unclaimed_days SMALLINT NOT NULL DEFAULT 90;
ALTER TABLE shop ADD COLUMN letter_days SMALLINT NOT NULL DEFAULT 60;
