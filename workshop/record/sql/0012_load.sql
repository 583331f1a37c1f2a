-- The shop's real load: whose minutes there are, what is kept free, and how open work is found at once.
ALTER TABLE shop ADD COLUMN rush_share_per_mille INTEGER NOT NULL DEFAULT 100;
ALTER TABLE shop ADD COLUMN bench_minutes INTEGER NOT NULL DEFAULT 360;
ALTER TABLE shop ADD COLUMN due_days SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE shop ADD COLUMN due_days_appraisal SMALLINT NOT NULL DEFAULT 3;
ALTER TABLE shop ADD COLUMN map_url TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN accent VARCHAR(7) NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN logo_key VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE shop ADD CONSTRAINT shop_load CHECK (rush_share_per_mille BETWEEN 0 AND 1000
    AND bench_minutes BETWEEN 0 AND 1440 AND due_days BETWEEN 0 AND 30 AND due_days_appraisal BETWEEN 0 AND 30);

ALTER TABLE staff ADD COLUMN week_minutes JSONB NOT NULL DEFAULT '{}';

CREATE TABLE day_off (
    id SERIAL PRIMARY KEY,
    staff INTEGER NOT NULL REFERENCES staff (id),
    first_on DATE NOT NULL DEFAULT CURRENT_DATE,
    last_on DATE NOT NULL DEFAULT CURRENT_DATE,
    minutes INTEGER NOT NULL DEFAULT 0,
    note VARCHAR(80) NOT NULL DEFAULT '',
    CONSTRAINT day_off_order CHECK (first_on <= last_on AND minutes BETWEEN 0 AND 1440)
);
CREATE INDEX day_off_staff ON day_off (staff, last_on);

CREATE TABLE shop_logo (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    key VARCHAR(64) NOT NULL DEFAULT '',
    picture BYTEA NOT NULL DEFAULT '',
    CONSTRAINT shop_logo_once UNIQUE (shop, key)
);

-- Everything that still needs bench minutes, and nothing else: as small as the work in hand.
CREATE INDEX envelope_load ON envelope (shop, bench_due, id) WHERE stage IN (
    'received', 'estimating', 'awaiting_approval', 'approved', 'in_queue', 'at_bench', 'at_vendor', 'on_hold');
-- What changed in a shop's settings or people, newest first.
CREATE INDEX event_desk ON event (shop, id DESC) WHERE name IN (
    'shop_changed', 'staff_added', 'staff_changed', 'staff_roles_changed', 'staff_secret_set', 'staff_left',
    'staff_back', 'day_off_added', 'day_off_removed');
