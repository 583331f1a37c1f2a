-- One record per person: numbers and addresses with their labels, sizes with their history, notes with
-- their author, and how people belong together.

-- Numbers: families share them, but one person has a number once, and one number comes first --------
ALTER TABLE phone ADD COLUMN label VARCHAR(20) NOT NULL DEFAULT '';
DELETE FROM phone later USING phone earlier
    WHERE later.customer = earlier.customer AND later.number = earlier.number AND later.id > earlier.id;
UPDATE phone SET is_first = false WHERE is_first AND EXISTS (
    SELECT FROM phone earlier WHERE earlier.customer = phone.customer AND earlier.is_first AND earlier.id < phone.id);
DROP INDEX phone_customer;
CREATE UNIQUE INDEX phone_once ON phone (customer, number);
CREATE UNIQUE INDEX phone_first ON phone (customer) WHERE is_first;

-- E-mail: several, as phones -----------------------------------------------------------------------
CREATE TABLE email_address (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customer (id),
    address VARCHAR(120) NOT NULL DEFAULT '',
    label VARCHAR(20) NOT NULL DEFAULT '',
    is_first BOOLEAN NOT NULL DEFAULT true,
    CONSTRAINT email_address_shape CHECK (address ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' AND address = lower(address))
);
INSERT INTO email_address (customer, address)
    SELECT id, lower(trim(email)) FROM customer WHERE trim(email) ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$';
DROP INDEX customer_email;
CREATE UNIQUE INDEX email_address_once ON email_address (customer, address);
CREATE UNIQUE INDEX email_address_first ON email_address (customer) WHERE is_first;
CREATE INDEX email_address_search ON email_address (address text_pattern_ops);

-- Ring sizes per finger: nothing is overwritten, the newest counts ----------------------------------
CREATE TABLE ring_size (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customer (id),
    hand VARCHAR(5) NOT NULL DEFAULT 'left',
    finger VARCHAR(6) NOT NULL DEFAULT 'ring',
    size VARCHAR(10) NOT NULL DEFAULT '',
    basis VARCHAR(10) NOT NULL DEFAULT 'measured',
    measured_on DATE NOT NULL DEFAULT CURRENT_DATE,
    staff INTEGER REFERENCES staff (id),
    removed_at TIMESTAMPTZ,
    CONSTRAINT ring_size_finger CHECK (
        hand IN ('left', 'right') AND finger IN ('thumb', 'index', 'middle', 'ring', 'little'))
);
INSERT INTO ring_size (customer, hand, finger, size, measured_on, staff)
    SELECT c.id, CASE WHEN said ->> 'finger' ILIKE '%right%' THEN 'right' ELSE 'left' END,
           COALESCE((SELECT name FROM unnest(ARRAY['thumb', 'index', 'middle', 'little']) AS name
                     WHERE said ->> 'finger' ILIKE '%' || name || '%' LIMIT 1), 'ring'),
           left(said ->> 'size', 10), COALESCE(substring(said ->> 'on' FROM '^\d{4}-\d{2}-\d{2}')::date, c.created_at::date),
           (SELECT s.id FROM staff s WHERE s.id::text = said ->> 'by' OR s.name = said ->> 'by' ORDER BY s.id LIMIT 1)
    FROM customer c,
         jsonb_array_elements(CASE jsonb_typeof(c.ring_sizes) WHEN 'array' THEN c.ring_sizes ELSE '[]' END)
             WITH ORDINALITY AS line (said, place)
    WHERE COALESCE(said ->> 'size', '') <> '' ORDER BY c.id, place;
CREATE INDEX ring_size_customer ON ring_size (customer, id DESC) WHERE removed_at IS NULL;

-- Notes: who wrote them, when, and about which piece -------------------------------------------------
CREATE TABLE customer_note (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customer (id),
    piece BIGINT REFERENCES piece (id),
    staff INTEGER REFERENCES staff (id),
    text TEXT NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    removed_at TIMESTAMPTZ,
    removed_by INTEGER REFERENCES staff (id)
);
INSERT INTO customer_note (customer, text, at) SELECT id, trim(notes), created_at FROM customer WHERE trim(notes) <> '';
CREATE INDEX customer_note_customer ON customer_note (customer, id DESC);
CREATE INDEX customer_note_piece ON customer_note (piece) WHERE piece IS NOT NULL;

-- Relations: `other` is `customer`'s spouse, parent, friend ...; one row serves both sides ------------
CREATE TABLE relation (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customer (id),
    other BIGINT NOT NULL REFERENCES customer (id),
    kind VARCHAR(20) NOT NULL DEFAULT '',
    staff INTEGER REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    CONSTRAINT relation_two_people CHECK (customer <> other),
    CONSTRAINT relation_kind CHECK (kind IN ('spouse', 'parent', 'friend', 'referred by', 'bridal party'))
);
-- The word beside a member of a household meant: what they are to the first member.
INSERT INTO relation (customer, other, kind)
    SELECT CASE WHEN m.relation = 'child' THEN m.id ELSE head.id END,
           CASE WHEN m.relation = 'child' THEN head.id ELSE m.id END,
           CASE WHEN m.relation = 'child' THEN 'parent' ELSE m.relation END
    FROM customer m
    JOIN LATERAL (SELECT f.id FROM customer f WHERE f.household = m.household
                  ORDER BY (f.relation <> ''), f.id LIMIT 1) head ON head.id <> m.id
    WHERE m.relation IN ('spouse', 'parent', 'child', 'friend', 'referred by', 'bridal party');
CREATE UNIQUE INDEX relation_once ON relation (customer, other, kind);
CREATE INDEX relation_other ON relation (other);

-- The person: what became rows of its own goes; allergies are single words, so that each is flagged ---
ALTER TABLE customer
    DROP COLUMN email, DROP COLUMN ring_sizes, DROP COLUMN notes, DROP COLUMN relation,
    ADD COLUMN chain_length VARCHAR(10) NOT NULL DEFAULT '',
    ADD COLUMN style_notes TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ALTER COLUMN allergies DROP DEFAULT;
ALTER TABLE customer ALTER COLUMN allergies TYPE VARCHAR(30)[] USING
    CASE WHEN trim(allergies) = '' THEN '{}'
    ELSE regexp_split_to_array(lower(trim(both ' ,;/' FROM allergies)), '\s*[,;/]+\s*')::varchar(30)[] END;
ALTER TABLE customer ALTER COLUMN allergies SET DEFAULT '{}';

-- Words used as tags before, offered again -----------------------------------------------------------
CREATE TABLE tag (
    id SERIAL PRIMARY KEY,
    name VARCHAR(30) UNIQUE NOT NULL DEFAULT '',
    used_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
INSERT INTO tag (name) SELECT DISTINCT lower(word) FROM customer, unnest(tags) AS word WHERE word <> '';
