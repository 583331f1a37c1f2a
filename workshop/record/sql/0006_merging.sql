-- Two records of one person become one and can be taken apart again; everything told on one line of time.

ALTER TABLE customer ADD COLUMN merged_into BIGINT REFERENCES customer (id);
ALTER TABLE customer ADD CONSTRAINT customer_not_into_itself CHECK (merged_into <> id);
CREATE INDEX customer_merged_into ON customer (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE customer_merge (
    id BIGSERIAL PRIMARY KEY,
    kept BIGINT NOT NULL REFERENCES customer (id),
    gone BIGINT NOT NULL REFERENCES customer (id),
    shop INTEGER NOT NULL REFERENCES shop (id),
    staff INTEGER REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    fields JSONB NOT NULL DEFAULT '{}',
    left_behind JSONB NOT NULL DEFAULT '{}',
    moved JSONB NOT NULL DEFAULT '{}',
    set_aside JSONB NOT NULL DEFAULT '{}',
    had JSONB NOT NULL DEFAULT '{}',
    undone_at TIMESTAMPTZ,
    undone_by INTEGER REFERENCES staff (id),
    outcome JSONB NOT NULL DEFAULT '[]'
);
-- A record is merged into one other at a time.
CREATE UNIQUE INDEX customer_merge_standing ON customer_merge (gone) WHERE undone_at IS NULL;
CREATE INDEX customer_merge_kept ON customer_merge (kept, id DESC);

CREATE TABLE customer_pair (
    id BIGSERIAL PRIMARY KEY,
    one BIGINT NOT NULL REFERENCES customer (id),
    other BIGINT NOT NULL REFERENCES customer (id),
    state VARCHAR(10) NOT NULL DEFAULT 'likely' CHECK (state IN ('likely', 'different')),
    reasons VARCHAR(20)[] NOT NULL DEFAULT '{}',
    staff INTEGER REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    CONSTRAINT customer_pair_order CHECK (one < other),
    CONSTRAINT customer_pair_once UNIQUE (one, other)
);
CREATE INDEX customer_pair_other ON customer_pair (other);
CREATE INDEX customer_pair_likely ON customer_pair (id DESC) WHERE state = 'likely';

CREATE TABLE duplicate_look (
    id SMALLINT PRIMARY KEY,
    event BIGINT NOT NULL DEFAULT 0
);

-- What tells that two records may be one person, found without reading everybody.
CREATE FUNCTION squeezed(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT regexp_replace(lower(public.unaccent('public.unaccent', value)), '[^a-z0-9]+', '', 'g') $$;
CREATE INDEX customer_born_on ON customer (birthday) WHERE birthday IS NOT NULL;
CREATE INDEX customer_lives_at ON customer (squeezed(address)) WHERE address <> '';

CREATE FUNCTION first_names_alike(one text, other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT a = '' OR b = '' OR a LIKE b || '%' OR b LIKE a || '%' OR public.similarity(a, b) >= 0.25
          FROM (SELECT squeezed(one) AS a, squeezed(other) AS b) names $$;
CREATE FUNCTION last_names_alike(one text, other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT a = b OR public.similarity(a, b) >= 0.45
          FROM (SELECT squeezed(one) AS a, squeezed(other) AS b) names $$;

-- A threshold of its own: PostgreSQL's 0.3 finds half the town.
CREATE FUNCTION customers_named_like(name text, most integer) RETURNS SETOF bigint
    LANGUAGE sql STABLE SET pg_trgm.similarity_threshold = 0.55
    AS $$ SELECT id FROM customer
          WHERE plain(first_name || ' ' || last_name) % plain(name) AND merged_into IS NULL
          ORDER BY similarity(plain(first_name || ' ' || last_name), plain(name)) DESC, id LIMIT most $$;

-- Everything about a person is read newest first, a page at a time.
DROP INDEX event_customer;
CREATE INDEX event_customer ON event (customer, at DESC, id DESC) WHERE customer IS NOT NULL;
CREATE INDEX consent_customer ON consent (customer, at DESC, id DESC) WHERE customer IS NOT NULL;
CREATE INDEX reminder_of_customer ON reminder (customer, created_at DESC);
CREATE INDEX ticket_owner ON ticket (owner, taken_in_at DESC) WHERE owner IS NOT NULL;
-- What happened to a ticket happened to its customer. Older rows learn whose they are; what they say stays.
ALTER TABLE event DISABLE TRIGGER append_only;
UPDATE event e SET customer = k.customer FROM ticket k WHERE k.id = e.ticket AND e.customer IS NULL;
ALTER TABLE event ENABLE TRIGGER append_only;

-- Whatever is written down for a record that was merged goes to the record it was merged into, also
-- when the page it came from was opened before. `workshop migrate` gives this to every new table.
CREATE FUNCTION keep_following_merged_customers() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE pointer record;
BEGIN
    FOR pointer IN
        SELECT c.conrelid::regclass AS place, a.attname AS name
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'public.customer'::regclass
          AND c.conrelid NOT IN ('customer'::regclass, 'customer_merge'::regclass, 'customer_pair'::regclass)
          AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.conrelid
                          AND t.tgname = 'follow_merged_' || a.attname)
        ORDER BY 1, 2
    LOOP
        EXECUTE format(
            $f$CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql AS $t$
               DECLARE into_record bigint;
               BEGIN
                   -- Waits for a merge under way, and then sees it.
                   SELECT merged_into INTO into_record FROM public.customer WHERE id = NEW.%2$I FOR KEY SHARE;
                   IF into_record IS NOT NULL THEN
                       NEW.%2$I := into_record;
                   END IF;
                   RETURN NEW;
               END $t$$f$, 'follow_merged_' || pointer.name, pointer.name);
        EXECUTE format(
            'CREATE TRIGGER %1$I BEFORE INSERT OR UPDATE OF %2$I ON %3$s FOR EACH ROW
             WHEN (NEW.%2$I IS NOT NULL) EXECUTE FUNCTION %1$I()',
            'follow_merged_' || pointer.name, pointer.name, pointer.place);
    END LOOP;
END $body$;
SELECT keep_following_merged_customers();
