-- History proves itself: each event sealed by the program as it is written, and linked to the one before it.
-- Neither table names the event by a foreign key: what is deleted from history must leave its link behind.
CREATE TABLE event_seal (
    event BIGINT PRIMARY KEY,
    mac VARCHAR(64) NOT NULL DEFAULT ''
);
CREATE TABLE event_link (
    event BIGINT PRIMARY KEY,
    shop INTEGER NOT NULL DEFAULT 0,
    place BIGINT NOT NULL DEFAULT 0,
    hash VARCHAR(64) NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX event_link_place ON event_link (shop, place);

-- Where each shop's chain ends, under the program's own key.
CREATE TABLE event_chain (
    shop INTEGER PRIMARY KEY,
    place BIGINT NOT NULL DEFAULT 0,
    hash VARCHAR(64) NOT NULL DEFAULT '',
    sealed_after BIGINT NOT NULL DEFAULT 0,
    mac VARCHAR(64) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
-- Every proof that was made, and what it found.
CREATE TABLE chain_check (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    staff INTEGER REFERENCES staff (id),
    links BIGINT NOT NULL DEFAULT 0,
    checks BIGINT NOT NULL DEFAULT 0,
    head VARCHAR(64) NOT NULL DEFAULT '',
    is_whole BOOLEAN NOT NULL DEFAULT false,
    faults JSONB NOT NULL DEFAULT '[]'
);
CREATE INDEX chain_check_shop ON chain_check (shop, id DESC);

DO $$
DECLARE log text;
BEGIN
    FOREACH log IN ARRAY ARRAY['event_seal', 'event_link', 'chain_check'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()', log);
        EXECUTE format('CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()', log);
    END LOOP;
END $$;
REVOKE UPDATE, DELETE, TRUNCATE ON event_seal, event_link, chain_check FROM workshop_app;
REVOKE DELETE, TRUNCATE ON event_chain FROM workshop_app;

-- An event as the text its seal and its link are made of; the program has the same in workshop/record/proof/chain.py.
CREATE FUNCTION event_words(e event) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws('|', e.id, e.shop, COALESCE(e.ticket::text, ''), COALESCE(e.envelope::text, ''),
        COALESCE(e.piece::text, ''), COALESCE(e.customer::text, ''), COALESCE(e.staff::text, ''),
        (EXTRACT(EPOCH FROM e.at) * 1000000)::bigint,
        length(e.name) || ':' || e.name, length(e.station) || ':' || e.station,
        length(e.from_stage) || ':' || e.from_stage, length(e.to_stage) || ':' || e.to_stage, e.data::text)
$$;

-- Link what is not linked yet, from an id on: one linker at a time, in the order in which it came to be seen.
-- However long the history, only what is new is read: hence the forced plan.
CREATE FUNCTION link_events(after bigint) RETURNS bigint LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
    one record;
    ends jsonb := '{}';
    last record;
    next_hash text;
    linked bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7305126051);
    FOR one IN
        SELECT e.id, e.shop, event_words(e) AS words FROM event e
        WHERE e.id > after AND NOT EXISTS (SELECT FROM event_link l WHERE l.event = e.id AND l.event > after)
        ORDER BY e.id
    LOOP
        IF NOT ends ? one.shop::text THEN
            SELECT place, hash INTO last FROM event_link WHERE shop = one.shop ORDER BY place DESC LIMIT 1;
            ends := ends || jsonb_build_object(one.shop::text,
                jsonb_build_array(COALESCE(last.place, 0), COALESCE(last.hash, '')));
        END IF;
        next_hash := encode(sha256(convert_to((ends -> one.shop::text ->> 1) || '|' || one.words, 'UTF8')), 'hex');
        INSERT INTO event_link (event, shop, place, hash)
        VALUES (one.id, one.shop, (ends -> one.shop::text ->> 0)::bigint + 1, next_hash);
        ends := ends || jsonb_build_object(one.shop::text,
            jsonb_build_array((ends -> one.shop::text ->> 0)::bigint + 1, next_hash));
        linked := linked + 1;
    END LOOP;
    RETURN linked;
END $$;

SELECT link_events(0);
