-- A town on paper: people, their pieces and years of work, made out of numbers alone.
-- Everything follows from a row's number (load.chance says the same every time), so a run that was cut off goes on
-- where it stopped. In braces stand the numbers of the town (`fill.Town.words`). Each step makes the rows of the
-- numbers $1 to $2; what stands beside its name is how far it counts.

-- scaffold
CREATE SCHEMA IF NOT EXISTS load;
CREATE TABLE IF NOT EXISTS load.step (name text PRIMARY KEY, upto bigint NOT NULL);
CREATE TABLE IF NOT EXISTS load.surname (place int PRIMARY KEY, name text NOT NULL);
CREATE TABLE IF NOT EXISTS load.first_name (place int PRIMARY KEY, name text NOT NULL);
CREATE TABLE IF NOT EXISTS load.dropped_index (name text PRIMARY KEY, definition text NOT NULL);
CREATE OR REPLACE FUNCTION load.chance(number bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT ((hashint8extended(number, salt) >> 11) & 9007199254740991) / 9007199254740992.0 $$;
CREATE OR REPLACE FUNCTION load.one_of(choices text[], number bigint, salt bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT choices[1 + floor(load.chance(number, salt) * cardinality(choices))::int] $$;
-- Three people in ten live in pairs, one in eight in threes.
CREATE OR REPLACE FUNCTION load.home(person bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN person <= {pairs} THEN (person + 1) / 2
                      WHEN person <= {threes} THEN {pairs} / 2 + (person - {pairs} + 2) / 3 END $$;
CREATE OR REPLACE FUNCTION load.family(person bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(load.home(person), 100000000 + person) $$;
CREATE OR REPLACE FUNCTION load.shop(person bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT 1 + floor({shops} * power(load.chance(load.family(person), 3), 1.7))::int $$;
-- Most come once or twice; a few trade accounts come every week.
CREATE OR REPLACE FUNCTION load.visitor(visit bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT 1 + (floor({people} * power(load.chance(visit, 31), 1.8))::bigint * 104729) % {people} $$;
CREATE OR REPLACE FUNCTION load.is_open(visit bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT visit > {visits} - {open_visits} OR load.chance(visit, 33) < 0.0002 $$;
CREATE OR REPLACE FUNCTION load.came(visit bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN visit > {visits} - {open_visits}
                      THEN current_date - 20.0 * ({visits} - visit) / {open_visits} * interval '1 day'
                      ELSE current_date - interval '20 days' - 2900.0 * ({visits} - visit) / {visits} * interval '1 day'
                 END + interval '9 hours' $$;
CREATE OR REPLACE FUNCTION load.stage(visit bigint, place int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN load.is_open(visit) THEN load.one_of(ARRAY['received', 'estimating', 'awaiting_approval',
              'in_queue', 'in_queue', 'in_queue', 'at_bench', 'at_bench', 'quality_check', 'ready_for_pickup',
              'ready_for_pickup', 'ready_for_pickup', 'on_hold'], visit * 3 + place, 35) ELSE 'picked_up' END $$;
CREATE OR REPLACE FUNCTION load.phone(person bigint, whose bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT '+1' || ({areas}::text[])[load.shop(person)] || (200 + floor(800 * load.chance(whose, 11)))::int
                 || lpad(floor(10000 * load.chance(whose, 12))::int::text, 4, '0') $$;
-- The visits of a step. OFFSET 0: worked out once each; the planner would write the functions out at every use.
CREATE OR REPLACE FUNCTION load.visits(first_one bigint, last_one bigint)
    RETURNS TABLE (visit bigint, who bigint, came timestamptz, is_open boolean, shop int, clerk int, jeweler int)
    LANGUAGE sql STABLE AS $$
        SELECT v.*, load.shop(v.who), (load.shop(v.who) - 1) * 6 + 1, load.shop(v.who) * 6
        FROM (SELECT t, load.visitor(t) AS who, load.came(t), load.is_open(t)
              FROM generate_series(first_one, last_one) t OFFSET 0) v $$;
-- Their pieces, each in its envelope.
CREATE OR REPLACE FUNCTION load.pieces(first_one bigint, last_one bigint)
    RETURNS TABLE (envelope bigint, place int, places int, visit bigint, who bigint, came timestamptz, is_open boolean,
                   shop int, clerk int, jeweler int, stage text, piece bigint)
    LANGUAGE sql STABLE AS $$
        SELECT CASE place WHEN 1 THEN x.visit ELSE {visits} + x.visit END, place, x.places, x.visit, x.who, x.came,
               x.is_open, x.shop, x.clerk, x.jeweler, load.stage(x.visit, place),
               CASE place WHEN 1 THEN x.who ELSE {people} + x.who / 2 END
        FROM (SELECT y.*, CASE WHEN y.who % 2 = 0 AND load.chance(y.visit, 41) < 0.5 THEN 2 ELSE 1 END AS places
              FROM load.visits(first_one, last_one) y) x, generate_series(1, x.places) place $$;

-- step household threes_homes
INSERT INTO household (id, name)
SELECT h, s.name || ' household' FROM generate_series($1::bigint, $2::bigint) h
JOIN load.surname s ON s.place = floor(load.chance(h, 1) * {places})

-- step customer N
INSERT INTO customer (id, first_name, last_name, household, allergies, created_at)
SELECT p, f.name, s.name, load.home(p), CASE WHEN load.chance(p, 6) < 0.03 THEN '{nickel}' ELSE '{}' END::varchar[],
       now() - interval '3000 days' * (1 - load.chance(p, 7))
FROM (SELECT p, CASE WHEN load.chance(p, 4) < 0.85 THEN load.family(p) ELSE 200000000 + p END AS family
      FROM generate_series($1::bigint, $2::bigint) p) x
JOIN load.surname s ON s.place = floor(load.chance(family, 1) * {places})
JOIN load.first_name f ON f.place = floor(load.chance(p, 2) * {places})

-- step relation N
INSERT INTO relation (id, customer, other, kind) SELECT p, p - 1, p, 'spouse'
FROM generate_series($1::bigint, $2::bigint) p WHERE load.home(p) = load.home(p - 1)

-- step email_address N
INSERT INTO email_address (id, customer, address)
SELECT id, id, regexp_replace(plain(first_name) || '.' || plain(last_name), '[^a-z.]', '', 'g') || id % 1000 || '@'
       || load.one_of(ARRAY['example.com', 'mail.example', 'post.example'], id, 9)
FROM customer WHERE id BETWEEN $1 AND $2 AND load.chance(id, 8) < 0.6

-- step phone N
INSERT INTO phone (id, customer, number, is_first)
SELECT p, p, load.phone(p, family), true
FROM (SELECT p, CASE WHEN load.chance(p, 5) < 0.6 THEN load.family(p) ELSE 200000000 + p END AS family
      FROM generate_series($1::bigint, $2::bigint) p) x
UNION ALL SELECT {people} + p, p, load.phone(p, 300000000 + p), false
FROM generate_series($1::bigint, $2::bigint) p WHERE load.chance(p, 13) < 0.15

-- step consent N
INSERT INTO consent (id, customer, number, purpose, is_given, wording, how, at)
SELECT p.id, p.customer, p.number, 'service', true, 'You may text me about this repair.', 'intake',
       now() - interval '900 days' FROM phone p WHERE p.id BETWEEN $1 AND $2

-- step piece pieces
INSERT INTO piece (id, kind, description, metal, metal_basis, serial, reference, created_at)
SELECT p, kind, CASE kind WHEN 'watch' THEN load.one_of(ARRAY['Steel diver', 'Dress watch', 'Chronograph',
   'Two-tone datejust'], p, 52) ELSE load.one_of(ARRAY['Oval halo', 'Solitaire', 'Box chain',
   'Pearl strand', 'Tennis', 'Signet', 'Eternity', 'Charm'], p, 52) || ' ' || kind END,
       CASE kind WHEN 'watch' THEN 'steel' ELSE load.one_of(ARRAY['14k', '18k', 'silver', 'platinum'], p, 53) END,
       'stamped', CASE WHEN kind = 'watch' AND load.chance(p, 54) < 0.7
   THEN chr(65 + floor(26 * load.chance(p, 55))::int)
        || lpad(floor(10000000 * load.chance(p, 56))::int::text, 7, '0') ELSE '' END,
       '', now() - interval '2000 days' * load.chance(p, 57)
FROM (SELECT p, load.one_of(ARRAY['ring', 'ring', 'ring', 'necklace', 'bracelet', 'earrings', 'watch'], p, 51)
     AS kind FROM generate_series($1::bigint, $2::bigint) p) x

-- step ownership pieces
INSERT INTO ownership (id, piece, customer)
SELECT p, p, CASE WHEN p <= {people} THEN p ELSE (p - {people}) * 2 END
FROM generate_series($1::bigint, $2::bigint) p

-- step stone pieces
INSERT INTO stone (id, piece, identity, count, shape, basis)
SELECT p, p, load.one_of(ARRAY['diamond', 'diamond', 'sapphire', 'emerald', 'pearl'], p, 58),
       1 + floor(13 * load.chance(p, 59))::int, 'round', 'appears'
FROM generate_series($1::bigint, $2::bigint) p WHERE load.chance(p, 60) < 0.6

-- step ticket T
INSERT INTO ticket (id, number, shop, customer, taken_in_by, taken_in_at, promise_on, link_hash, closed_at)
SELECT visit, s.code || '-' || 10000 + visit, s.id, who, clerk, came,
       came::date + 7, md5('link' || visit),
       CASE WHEN NOT is_open THEN came + interval '1 day' * (3 + floor(17 * load.chance(visit, 42))) END
FROM load.visits($1, $2) x JOIN shop s ON s.id = x.shop

-- step envelope T
INSERT INTO envelope (id, code, number, ticket, shop, piece, place_no, place_count, stage, stage_since, location,
              jeweler, worked_by, bench_due, promise_on, is_rush, declared_value_cents, stone_count,
              customer_says, created_at, held_from)
SELECT envelope, 'E' || substr(upper(md5('e' || envelope)), 1, 17), s.code || '-' || 10000 + visit || '-' || place,
       visit, s.id, piece, place, places, stage, CASE stage WHEN 'picked_up' THEN came + interval '9 days' ELSE came
       + interval '1 hour' END, 'order box', CASE WHEN stage NOT IN ('received', 'estimating') THEN jeweler END,
       CASE WHEN stage NOT IN ('received', 'estimating') THEN jeweler END, came::date + 6, came::date + 7,
       load.chance(visit, 43) < 0.1, floor(load.chance(visit, 44) * 900000)::int, 1, 'Please check the prongs', came,
       CASE stage WHEN 'on_hold' THEN 'in_queue' ELSE '' END
FROM load.pieces($1, $2) x JOIN shop s ON s.id = x.shop

-- step task T
INSERT INTO task (id, envelope, code, name, price_cents, minutes, skill, done_by, done_at, warranty_days)
SELECT envelope * 2 + line, envelope, CASE line WHEN 0 THEN 'RS-UP' ELSE 'PL-CLN' END,
       CASE line WHEN 0 THEN 'Size a ring up' ELSE 'Clean and polish' END,
       4500 + floor(20000 * load.chance(envelope, 61))::int, 30, 'jeweler', NULL,
       CASE stage WHEN 'picked_up' THEN came + interval '5 days' END, 365
FROM load.pieces($1, $2) x,
     generate_series(0, CASE WHEN load.chance(envelope, 62) < 0.3 THEN 1 ELSE 0 END) line

-- step estimate T
INSERT INTO estimate (id, envelope, version, state, subtotal_cents, tax_cents, total_cents, made_at, sent_at,
              expires_at, answered_at)
SELECT envelope, envelope, 1, CASE stage WHEN 'picked_up' THEN 'approved' WHEN 'awaiting_approval' THEN 'sent'
       WHEN 'estimating' THEN 'draft' ELSE 'approved' END, 9000, 800, 9800, came,
       CASE stage WHEN 'estimating' THEN NULL ELSE came + interval '1 hour' END, came + interval '30 days',
       CASE WHEN stage NOT IN ('estimating', 'awaiting_approval') THEN came + interval '1 day' END
FROM load.pieces($1, $2) x
WHERE stage IN ('estimating', 'awaiting_approval') OR load.chance(envelope, 63) < 0.08

-- step payment T
INSERT INTO payment (id, ticket, shop, kind, tender, amount_cents, staff, at)
SELECT visit, visit, shop, 'balance', load.one_of(ARRAY['cash', 'card', 'card'], visit, 64),
       4500 + floor(20000 * load.chance(visit, 61))::int,
       clerk, came + interval '9 days'
FROM load.visits($1, $2) x WHERE NOT is_open

-- step event T
INSERT INTO event (id, name, shop, ticket, customer, staff, station, at)
SELECT visit, 'taken_in', shop, visit, who, clerk,
       'counter', came FROM load.visits($1, $2) x

-- step event_of_a_move T
INSERT INTO event (id, name, shop, ticket, envelope, piece, customer, staff, station, from_stage, to_stage, at)
SELECT {visits} + envelope * 2 + n, 'moved', shop, visit, envelope, piece, who, jeweler, 'bench',
       CASE n WHEN 0 THEN 'in_queue' ELSE 'ready_for_pickup' END,
       CASE n WHEN 0 THEN 'at_bench' ELSE 'picked_up' END, came + interval '2 days' * (n + 1)
FROM load.pieces($1, $2) x, generate_series(0, 1) n WHERE stage = 'picked_up' OR n = 0

-- step photo T
INSERT INTO photo (id, shop, envelope_code, kind, state, key, thumb_key, original_sha256, taken_at)
SELECT md5('photo' || envelope || ' ' || n)::uuid, shop, 'E' || substr(upper(md5('e' || envelope)), 1, 17), 'take_in',
       'stored', md5('k' || envelope || ' ' || n), md5('t' || envelope || ' ' || n), md5('o' || envelope || ' ' || n), came
FROM load.pieces($1, $2) x, generate_series(1, CASE WHEN is_open THEN 3 ELSE 1 END) n

-- step message T
INSERT INTO message (id, shop, ticket, customer, event, template, recipient, body, state, carrier_id, created_at,
             sent_at, state_at)
SELECT md5('message' || visit)::uuid, shop, visit, who, visit, 'taken_in', p.number,
       'Your piece is with us. Details: https://shop.example/t/' || md5('link' || visit), 'delivered',
       'SM' || md5('sid' || visit), came, came, came
FROM load.visits($1, $2) x JOIN phone p ON p.id = who

-- step print_job T
INSERT INTO print_job (id, shop, document, printer, ticket, state, created_at, state_at)
SELECT md5('print' || visit)::uuid, shop, 'claim_check', 'receipt', visit, 'confirmed', came, came
FROM load.visits($1, $2) x WHERE load.chance(visit, 65) < 0.4

-- step reminder T
INSERT INTO reminder (id, shop, plan, piece, customer, ticket, due_on, state, created_at)
SELECT visit, shop, (SELECT min(id) FROM service_plan), who, who, visit,
       came::date + 180, 'done', came FROM load.visits($1, $2) x
WHERE NOT is_open AND load.chance(visit, 66) < 0.2
