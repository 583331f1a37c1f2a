-- Shop by shop, so many at a time. Carrying the ends of all shops from event to event cost more with every shop, and
-- what a long outage had left unlinked never came through in one go.
DROP FUNCTION link_events(bigint);

-- Link what is not linked yet, from an id on, the earliest first and `most` of it; gives how many were linked.
-- However long the history, only what is new is read: hence the forced plan.
CREATE FUNCTION link_events(after bigint, most integer) RETURNS bigint LANGUAGE plpgsql
    SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
    one record;
    shop_now integer;
    last_place bigint;
    last_hash text;
    linked bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7305126051);
    FOR one IN
        SELECT * FROM (
            SELECT e.id, e.shop, event_words(e) AS words FROM event e
            WHERE e.id > after AND NOT EXISTS (SELECT FROM event_link l WHERE l.event = e.id AND l.event > after)
            ORDER BY e.id LIMIT most
        ) AS fresh ORDER BY fresh.shop, fresh.id
    LOOP
        IF shop_now IS DISTINCT FROM one.shop THEN
            shop_now := one.shop;
            SELECT place, hash INTO last_place, last_hash
            FROM event_link WHERE shop = one.shop ORDER BY place DESC LIMIT 1;
            last_place := COALESCE(last_place, 0);
            last_hash := COALESCE(last_hash, '');
        END IF;
        last_place := last_place + 1;
        last_hash := encode(sha256(convert_to(last_hash || '|' || one.words, 'UTF8')), 'hex');
        INSERT INTO event_link (event, shop, place, hash) VALUES (one.id, one.shop, last_place, last_hash);
        linked := linked + 1;
    END LOOP;
    RETURN linked;
END $$;
