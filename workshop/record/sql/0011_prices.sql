-- The price book with dated versions, packages, discounts, deposit and rush rules, and taxes that cannot overlap.
-- A row holds from its first to its last day, both included. One that was called off, or replaced on the
-- day it began, ends the day before it began: its range is empty and it overlaps nothing.
CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE shop
    ADD COLUMN rush_kind VARCHAR(10) NOT NULL DEFAULT 'factor' CHECK (rush_kind IN ('factor', 'fee')),
    ADD COLUMN rush_fee_cents INTEGER NOT NULL DEFAULT 2500,
    ADD COLUMN discount_limits JSONB NOT NULL DEFAULT '{"counter": 100, "manager": 500, "owner": 1000}',
    ADD COLUMN deposit_rule VARCHAR(10) NOT NULL DEFAULT 'none' CHECK (deposit_rule IN ('none', 'share', 'parts')),
    ADD COLUMN deposit_per_mille INTEGER NOT NULL DEFAULT 500,
    ADD COLUMN deposit_above_cents BIGINT NOT NULL DEFAULT 20000,
    ADD COLUMN deposit_required BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE price_item
    ADD COLUMN parts JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN next_tasks JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN note VARCHAR(160) NOT NULL DEFAULT '',
    ADD COLUMN made_by INTEGER REFERENCES staff (id),
    ADD COLUMN made_at TIMESTAMPTZ;
DROP INDEX price_item_active;
ALTER TABLE price_item ADD CONSTRAINT price_item_dates CHECK (active_to >= active_from - 1);
ALTER TABLE price_item ADD CONSTRAINT price_item_one_a_day
    EXCLUDE USING gist (shop WITH =, code WITH =, daterange(active_from, active_to + 1) WITH &&);
CREATE INDEX price_item_code ON price_item (shop, code, active_from);

ALTER TABLE tax_rate
    ADD COLUMN made_by INTEGER REFERENCES staff (id),
    ADD COLUMN made_at TIMESTAMPTZ;
ALTER TABLE tax_rate ADD CONSTRAINT tax_rate_dates CHECK (valid_to >= valid_from - 1);
ALTER TABLE tax_rate ADD CONSTRAINT tax_rate_share CHECK (rate_per_100k BETWEEN 0 AND 100000);
ALTER TABLE tax_rate ADD CONSTRAINT tax_rate_one_a_day
    EXCLUDE USING gist (shop WITH =, tax_class WITH =, daterange(valid_from, valid_to + 1) WITH &&);

CREATE TABLE price_package (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    code VARCHAR(12) NOT NULL DEFAULT '',
    name VARCHAR(80) NOT NULL DEFAULT '',
    codes JSONB NOT NULL DEFAULT '[]',
    price_cents BIGINT,
    off_per_mille INTEGER,
    kinds JSONB NOT NULL DEFAULT '[]',
    note VARCHAR(160) NOT NULL DEFAULT '',
    made_by INTEGER REFERENCES staff (id),
    made_at TIMESTAMPTZ,
    active_from DATE NOT NULL DEFAULT CURRENT_DATE,
    active_to DATE,
    CONSTRAINT price_package_how CHECK ((price_cents IS NULL) <> (off_per_mille IS NULL)),
    CONSTRAINT price_package_off CHECK (off_per_mille BETWEEN 1 AND 1000),
    CONSTRAINT price_package_dates CHECK (active_to >= active_from - 1),
    CONSTRAINT price_package_one_a_day
        EXCLUDE USING gist (shop WITH =, code WITH =, daterange(active_from, active_to + 1) WITH &&)
);

-- A line is a copy: what the book asked, what a package and discounts took off, what the jeweler is paid for it.
ALTER TABLE task
    ADD COLUMN item INTEGER REFERENCES price_item (id),
    ADD COLUMN book_cents BIGINT,
    ADD COLUMN book_why JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN package INTEGER REFERENCES price_package (id),
    ADD COLUMN package_cents BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN discount_cents BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN piecework_cents BIGINT NOT NULL DEFAULT 0;
UPDATE task t SET item = p.id, book_cents = t.price_cents, book_why = t.why,
                  piecework_cents = round(t.price_cents * p.piecework_per_mille / 1000.0)
    FROM envelope v JOIN price_item p ON p.shop = v.shop
    WHERE v.id = t.envelope AND p.code = t.code AND p.active_to IS NULL;

CREATE TABLE discount (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    ticket BIGINT NOT NULL REFERENCES ticket (id),
    task BIGINT REFERENCES task (id),
    per_mille INTEGER,
    cents BIGINT,
    reason VARCHAR(20) NOT NULL DEFAULT '',
    words VARCHAR(160) NOT NULL DEFAULT '',
    given_by INTEGER NOT NULL REFERENCES staff (id),
    approved_by INTEGER REFERENCES staff (id),
    given_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    taken_back_by INTEGER REFERENCES staff (id),
    taken_back_at TIMESTAMPTZ,
    CONSTRAINT discount_how CHECK ((per_mille IS NULL) <> (cents IS NULL)),
    CONSTRAINT discount_share CHECK (per_mille BETWEEN 1 AND 1000),
    CONSTRAINT discount_cents CHECK (cents > 0)
);
CREATE INDEX discount_ticket ON discount (ticket) WHERE taken_back_at IS NULL;

CREATE TABLE task_discount (
    id BIGSERIAL PRIMARY KEY,
    discount BIGINT NOT NULL REFERENCES discount (id),
    task BIGINT NOT NULL REFERENCES task (id),
    cents BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT task_discount_once UNIQUE (task, discount)
);
CREATE INDEX task_discount_discount ON task_discount (discount);

ALTER TABLE ticket ADD COLUMN deposit_cents BIGINT NOT NULL DEFAULT 0;
