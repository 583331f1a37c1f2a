-- The gate: a shop's own lists in versions, every tap of a check kept as it is made, evidence that stays.
ALTER TABLE shop ADD COLUMN after_same_angles BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE quality_list (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    kind VARCHAR(20) NOT NULL DEFAULT '',
    task VARCHAR(12) NOT NULL DEFAULT '',
    version SMALLINT NOT NULL DEFAULT 1,
    lines JSONB NOT NULL DEFAULT '[]',
    made_by INTEGER REFERENCES staff (id),
    made_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    replaced_at TIMESTAMPTZ,
    CONSTRAINT quality_list_about CHECK ((kind = '') <> (task = '')),
    CONSTRAINT quality_list_version UNIQUE (shop, kind, task, version)
);
CREATE UNIQUE INDEX quality_list_now ON quality_list (shop, kind, task) WHERE replaced_at IS NULL;

CREATE TABLE quality_check (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    state VARCHAR(8) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'passed', 'failed', 'left')),
    lines JSONB NOT NULL DEFAULT '[]',
    version INTEGER NOT NULL DEFAULT 0,
    opened_by INTEGER REFERENCES staff (id),
    opened_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    closed_by INTEGER REFERENCES staff (id),
    closed_at TIMESTAMPTZ,
    reason VARCHAR(20) NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    maker INTEGER REFERENCES staff (id)
);
CREATE UNIQUE INDEX quality_check_open ON quality_check (envelope) WHERE state = 'open';
CREATE INDEX quality_check_envelope ON quality_check (envelope, id);
CREATE INDEX quality_check_failed ON quality_check (shop, closed_at) WHERE state = 'failed';
CREATE INDEX quality_check_closed ON quality_check (shop, closed_at) WHERE state <> 'open';

CREATE TABLE quality_answer (
    id BIGSERIAL PRIMARY KEY,
    quality_check BIGINT NOT NULL REFERENCES quality_check (id),
    name VARCHAR(20) NOT NULL DEFAULT '',
    value VARCHAR(300) NOT NULL DEFAULT '',
    staff INTEGER REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    version INTEGER NOT NULL DEFAULT 0,
    tab VARCHAR(60) NOT NULL DEFAULT '',
    place BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT quality_answer_once UNIQUE (quality_check, name)
);

-- A check that ended is evidence.
CREATE FUNCTION refuse_changing_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'A quality check that ended is append-only.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ended_is_ended BEFORE UPDATE OR DELETE ON quality_check
    FOR EACH ROW EXECUTE FUNCTION refuse_changing_check();
CREATE FUNCTION refuse_changing_answer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.quality_check ELSE OLD.quality_check END;
BEGIN
    IF EXISTS (SELECT FROM quality_check WHERE id = about AND state <> 'open') THEN
        RAISE EXCEPTION 'A quality check that ended is append-only.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ended_is_ended BEFORE INSERT OR UPDATE OR DELETE ON quality_answer
    FOR EACH ROW EXECUTE FUNCTION refuse_changing_answer();
