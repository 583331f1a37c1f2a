-- The evening's count: who began it, every scan, what it found, who signed. A shop has one open at a time.
CREATE TABLE night_count (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    state VARCHAR(10) NOT NULL DEFAULT 'open',
    started_by INTEGER REFERENCES staff (id),
    started_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    signed_by INTEGER REFERENCES staff (id),
    signed_at TIMESTAMPTZ,
    signed_how VARCHAR(10) NOT NULL DEFAULT '',
    signature BIGINT REFERENCES signature (id),
    note VARCHAR(400) NOT NULL DEFAULT '',
    expected INTEGER NOT NULL DEFAULT 0,
    counted INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0,
    elsewhere INTEGER NOT NULL DEFAULT 0,
    unexpected INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT night_count_state CHECK (state IN ('open', 'signed', 'dropped'))
);
CREATE UNIQUE INDEX night_count_open ON night_count (shop) WHERE state = 'open';
CREATE INDEX night_count_shop ON night_count (shop, id DESC);

-- A place opened (no envelope), or an envelope seen in it. The last sight of an envelope counts.
CREATE TABLE night_scan (
    id BIGSERIAL PRIMARY KEY,
    night_count BIGINT NOT NULL REFERENCES night_count (id),
    place INTEGER NOT NULL REFERENCES place (id),
    envelope BIGINT REFERENCES envelope (id),
    staff INTEGER REFERENCES staff (id),
    station VARCHAR(60) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX night_scan_count ON night_scan (night_count, envelope, id DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON night_scan FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON night_scan
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
REVOKE UPDATE, DELETE, TRUNCATE ON night_scan FROM workshop_app;

-- What did not agree when it was signed, and how it was explained; a missing piece found later is closed here.
CREATE TABLE night_line (
    id BIGSERIAL PRIMARY KEY,
    night_count BIGINT NOT NULL REFERENCES night_count (id),
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    verdict VARCHAR(12) NOT NULL DEFAULT '',
    expected_place INTEGER REFERENCES place (id),
    found_place INTEGER REFERENCES place (id),
    explanation VARCHAR(300) NOT NULL DEFAULT '',
    found_at TIMESTAMPTZ,
    found_by INTEGER REFERENCES staff (id),
    CONSTRAINT night_line_once UNIQUE (night_count, envelope)
);
CREATE INDEX night_line_missing ON night_line (envelope) WHERE verdict = 'missing' AND found_at IS NULL;
CREATE INDEX envelope_missing ON envelope (shop) WHERE missing_since IS NOT NULL;
