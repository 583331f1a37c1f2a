-- Where everything of a customer's lies, who put it there, and since when.
ALTER TABLE place ADD COLUMN staff INTEGER REFERENCES staff (id);
ALTER TABLE place ADD COLUMN retired_at TIMESTAMPTZ;
ALTER TABLE place ADD CONSTRAINT place_kind CHECK (kind IN (
    'counter', 'bench', 'order', 'hold', 'finished', 'check', 'safe', 'vendor', 'other_shop', ''));
-- One bench for each colleague, however many scans make it at once.
CREATE UNIQUE INDEX place_bench ON place (shop, staff) WHERE kind = 'bench' AND staff IS NOT NULL;
CREATE INDEX place_shop ON place (shop, kind, id);

ALTER TABLE envelope ADD COLUMN place INTEGER REFERENCES place (id);
ALTER TABLE envelope ADD COLUMN missing_since TIMESTAMPTZ;

-- One stay of one envelope at one place, at the value declared. A stay is only ever ended, never changed:
-- the stays of a moment are all customers' goods at that moment.
CREATE TABLE custody (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    place INTEGER REFERENCES place (id),
    declared_cents BIGINT,
    staff INTEGER REFERENCES staff (id),
    station VARCHAR(60) NOT NULL DEFAULT '',
    since TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    until TIMESTAMPTZ
);
CREATE UNIQUE INDEX custody_now ON custody (envelope) WHERE until IS NULL;
CREATE INDEX custody_here ON custody (shop, place) WHERE until IS NULL;
CREATE INDEX custody_past ON custody USING gist (tstzrange(since, until));
CREATE INDEX custody_envelope ON custody (envelope, id);

CREATE FUNCTION only_end_a_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.until IS NULL AND NEW.until >= OLD.since
       AND (OLD.id, OLD.shop, OLD.envelope, OLD.place, OLD.declared_cents, OLD.staff, OLD.station, OLD.since)
           IS NOT DISTINCT FROM
           (NEW.id, NEW.shop, NEW.envelope, NEW.place, NEW.declared_cents, NEW.staff, NEW.station, NEW.since) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A stay is only ever ended.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER only_ended BEFORE UPDATE OR DELETE ON custody FOR EACH ROW EXECUTE FUNCTION only_end_a_stay();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON custody FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
REVOKE DELETE, TRUNCATE ON custody FROM workshop_app;

