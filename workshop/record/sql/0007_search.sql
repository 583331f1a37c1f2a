-- Finding a person, a number or a piece among a million, while somebody types. What is looked up is kept
-- beside what is written, by triggers, so that nothing that writes a customer has to think of it.

CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- Names ----------------------------------------------------------------------------------------------
-- The words of a name as one hears them: without accents, case, hyphens and apostrophes.
CREATE FUNCTION name_words(name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT array_remove(
              regexp_split_to_array(public.plain(name), '[\s!-/:-@\[-`{-~’‘´–—·]+'), '') $$;

-- Ways to begin saying it, words run together: "de la Cruz" is delacruz, lacruz and cruz; "O'Neil" oneil and neil.
CREATE FUNCTION name_keys(name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT COALESCE(array_agg(DISTINCT array_to_string(words[n:], '')), ARRAY[''])
          FROM (SELECT public.name_words(name) AS words) w, generate_series(1, LEAST(cardinality(words), 4)) n $$;

-- No foreign key to customer: these rows follow from its row (the trigger below) and are nobody's history.
-- `shop` and `seen_at`: where and when the person last brought something.
CREATE TABLE name_key (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT NOT NULL,
    last TEXT COLLATE "C" NOT NULL DEFAULT '',
    first TEXT COLLATE "C" NOT NULL DEFAULT '',
    shop INTEGER,
    seen_at TIMESTAMPTZ
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.05);

-- Each name once, to find those that are nearly it. Not unique: two people with a new name never wait for
-- each other, and a name that is here twice is found no less.
CREATE TABLE known_name (name TEXT COLLATE "C" NOT NULL DEFAULT '');

INSERT INTO name_key (customer, last, first, shop, seen_at)
SELECT c.id, l, f, k.shop, k.taken_in_at FROM customer c
LEFT JOIN (SELECT DISTINCT ON (customer) customer, shop, taken_in_at FROM ticket ORDER BY customer, id DESC) k
    ON k.customer = c.id, unnest(name_keys(c.last_name)) l, unnest(name_keys(c.first_name)) f
WHERE c.merged_into IS NULL;
INSERT INTO known_name SELECT last FROM name_key WHERE last <> '' UNION SELECT first FROM name_key WHERE first <> '';

CREATE INDEX name_key_last ON name_key (last, first, customer);
CREATE INDEX name_key_first ON name_key (first, last, customer);
CREATE INDEX name_key_customer ON name_key (customer);
-- Those who were here lately come first; these are looked through whatever was typed.
CREATE INDEX name_key_seen ON name_key (shop, seen_at DESC) INCLUDE (last, first, customer) WHERE shop IS NOT NULL;
CREATE INDEX known_name_name ON known_name (name);
CREATE INDEX known_name_like ON known_name USING gin (name gin_trgm_ops);
CREATE INDEX known_name_sound ON known_name (public.dmetaphone(name));
DROP INDEX customer_last_name;
DROP INDEX customer_first_name;

CREATE FUNCTION keep_name_keys() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_names text[] := '{}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT COALESCE(array_agg(n), '{}') INTO old_names
        FROM public.name_key k, unnest(ARRAY[k.last, k.first]) n WHERE k.customer = OLD.id;
        DELETE FROM public.name_key WHERE customer = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.merged_into IS NULL THEN
        INSERT INTO public.name_key (customer, last, first, shop, seen_at)
        SELECT NEW.id, l, f, k.shop, k.taken_in_at
        FROM unnest(public.name_keys(NEW.last_name)) l CROSS JOIN unnest(public.name_keys(NEW.first_name)) f
        LEFT JOIN (SELECT shop, taken_in_at FROM public.ticket WHERE customer = NEW.id
                   ORDER BY id DESC LIMIT 1) k ON true;
        INSERT INTO public.known_name
        SELECT DISTINCT n FROM unnest(public.name_keys(NEW.last_name) || public.name_keys(NEW.first_name)) n
        WHERE n <> '' AND NOT EXISTS (SELECT FROM public.known_name WHERE name = n);
    END IF;
    -- A name nobody has any more is forgotten with the last who had it.
    DELETE FROM public.known_name WHERE name = ANY (old_names)
        AND NOT EXISTS (SELECT FROM public.name_key WHERE last = known_name.name)
        AND NOT EXISTS (SELECT FROM public.name_key WHERE first = known_name.name);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_name_keys AFTER INSERT OR DELETE OR UPDATE OF first_name, last_name, merged_into ON customer
    FOR EACH ROW EXECUTE FUNCTION keep_name_keys();

CREATE FUNCTION keep_last_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.name_key SET shop = NEW.shop, seen_at = NEW.taken_in_at
    WHERE customer = NEW.customer AND (seen_at IS NULL OR seen_at <= NEW.taken_in_at);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_last_visit AFTER INSERT OR UPDATE OF customer ON ticket
    FOR EACH ROW EXECUTE FUNCTION keep_last_visit();

-- Phones ---------------------------------------------------------------------------------------------
-- As people say a number: without the plus, and without the country where everybody is at home.
CREATE FUNCTION phone_digits(number text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT regexp_replace(number, '^\+1?', '') $$;
DROP INDEX phone_fragment;
CREATE INDEX phone_fragment ON phone USING gin (phone_digits(number) gin_trgm_ops);
CREATE INDEX phone_end ON phone (reverse(phone_digits(number)) COLLATE "C", customer);
