-- What scanners did: each act once under its key, with the moment it was read and the moment it arrived, what it
-- changed (so that the last one can be taken back), and what came too late and still waits for somebody's eyes.
CREATE TABLE scan (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    staff INTEGER NOT NULL REFERENCES staff (id),
    station VARCHAR(60) NOT NULL DEFAULT '',
    key VARCHAR(60) NOT NULL DEFAULT '',
    code VARCHAR(60) NOT NULL DEFAULT '',
    envelope BIGINT REFERENCES envelope (id),
    event BIGINT,
    version INTEGER,
    before JSONB NOT NULL DEFAULT '{}',
    answer JSONB NOT NULL DEFAULT '{}',
    outcome VARCHAR(10) NOT NULL DEFAULT 'done',
    is_kept BOOLEAN NOT NULL DEFAULT false,
    scanned_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    received_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    seen_at TIMESTAMPTZ,
    seen_by INTEGER,
    CONSTRAINT scan_key UNIQUE (shop, key),
    CONSTRAINT scan_outcome CHECK (outcome IN ('done', 'undone', 'refused'))
);
CREATE INDEX scan_last ON scan (staff, id DESC);
CREATE INDEX scan_refused ON scan (shop, id) WHERE outcome = 'refused' AND seen_at IS NULL;

-- A colleague asks whoever has a piece to hand it over.
CREATE TABLE handover_ask (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    asker INTEGER NOT NULL REFERENCES staff (id),
    holder INTEGER NOT NULL REFERENCES staff (id),
    asked_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    answer VARCHAR(10) NOT NULL DEFAULT '',
    answered_at TIMESTAMPTZ,
    CONSTRAINT handover_ask_answer CHECK (answer IN ('', 'given', 'kept', 'over'))
);
CREATE UNIQUE INDEX handover_ask_open ON handover_ask (envelope, asker) WHERE answer = '';
CREATE INDEX handover_ask_holder ON handover_ask (holder, id) WHERE answer = '';

-- What a shop's scanners put before and after a code.
ALTER TABLE shop ADD COLUMN scan_prefix VARCHAR(8) NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN scan_suffix VARCHAR(8) NOT NULL DEFAULT '';
