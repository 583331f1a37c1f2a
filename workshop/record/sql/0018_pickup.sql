-- A code sent to the number on file proves at pickup who stands there. Only its hash is kept.
CREATE TABLE pickup_code (
    id BIGSERIAL PRIMARY KEY,
    ticket BIGINT NOT NULL REFERENCES ticket (id),
    code_hash VARCHAR(64) NOT NULL DEFAULT '',
    sent_to VARCHAR(120) NOT NULL DEFAULT '',
    tries SMALLINT NOT NULL DEFAULT 0,
    asked_by INTEGER NOT NULL REFERENCES staff (id),
    asked_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    proved_at TIMESTAMPTZ,
    used_at TIMESTAMPTZ
);
CREATE INDEX pickup_code_ticket ON pickup_code (ticket, id DESC);
