-- Linking what is new reads what is new only, however long the history.
CREATE OR REPLACE FUNCTION link_events(after bigint) RETURNS bigint LANGUAGE plpgsql
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
