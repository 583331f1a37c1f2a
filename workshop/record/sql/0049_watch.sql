-- What was measured on a watch, before the work and after it.
CREATE TABLE watch_check (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    moment VARCHAR(6) NOT NULL DEFAULT 'before' CHECK (moment IN ('before', 'after')),
    kind VARCHAR(8) NOT NULL DEFAULT 'timing' CHECK (kind IN ('timing', 'water', 'battery', 'running', 'serial')),
    position VARCHAR(4) NOT NULL DEFAULT '',
    rate_tenths INTEGER,
    amplitude SMALLINT,
    beat_tenths SMALLINT,
    bar_tenths SMALLINT,
    is_passed BOOLEAN,
    current_na INTEGER,
    millivolts INTEGER,
    serial VARCHAR(60) NOT NULL DEFAULT '',
    began_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    staff INTEGER NOT NULL REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    struck_at TIMESTAMPTZ,
    struck_by INTEGER REFERENCES staff (id)
);
CREATE INDEX watch_check_envelope ON watch_check (envelope, id);
CREATE UNIQUE INDEX watch_check_running ON watch_check (envelope)
    WHERE kind = 'running' AND ended_at IS NULL AND struck_at IS NULL;
