-- The work: who worked on what from when to when, the day a piece is planned on, and the shop's rules for it.
ALTER TABLE shop
    ADD COLUMN share_out VARCHAR(12) NOT NULL DEFAULT '' CHECK (share_out IN ('', 'least_loaded')),
    ADD COLUMN proof_required BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN weigh_out BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN weight_tolerance_mg INTEGER NOT NULL DEFAULT 50 CHECK (weight_tolerance_mg BETWEEN 0 AND 10000);
ALTER TABLE envelope ADD COLUMN plan_on DATE;

CREATE TABLE work_span (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    task BIGINT REFERENCES task (id),
    staff INTEGER NOT NULL REFERENCES staff (id),
    began_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    ended_at TIMESTAMPTZ,
    is_struck BOOLEAN NOT NULL DEFAULT false,
    corrected_at TIMESTAMPTZ,
    corrected_by INTEGER REFERENCES staff (id),
    reason VARCHAR(200) NOT NULL DEFAULT '',
    CONSTRAINT work_span_order CHECK (ended_at IS NULL OR ended_at >= began_at)
);
-- One clock a person and piece.
CREATE UNIQUE INDEX work_span_running ON work_span (envelope, staff) WHERE ended_at IS NULL AND NOT is_struck;
CREATE INDEX work_span_envelope ON work_span (envelope, id);
CREATE INDEX work_span_staff ON work_span (staff, began_at);
-- Whose clock runs now: small, whatever the history.
CREATE INDEX work_span_now ON work_span (staff) WHERE ended_at IS NULL AND NOT is_struck;

-- What was measured until now as one figure a piece becomes one span of whoever worked on it.
INSERT INTO work_span (envelope, staff, began_at, ended_at)
    SELECT id, worked_by, stage_since - make_interval(secs => worked_seconds), stage_since
    FROM envelope WHERE worked_seconds > 0 AND worked_by IS NOT NULL;
INSERT INTO work_span (envelope, staff, began_at)
    SELECT id, jeweler, started_at FROM envelope WHERE started_at IS NOT NULL AND jeweler IS NOT NULL;
