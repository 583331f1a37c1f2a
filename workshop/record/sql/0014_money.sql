-- Cash drawers, their days from opening to the counted close, and what went in and out beside payments.
CREATE TABLE drawer (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    name VARCHAR(40) NOT NULL DEFAULT '',
    CONSTRAINT drawer_name UNIQUE (shop, name)
);
ALTER TABLE device ADD COLUMN drawer INTEGER REFERENCES drawer (id);
ALTER TABLE shop ADD COLUMN drawer_limit_cents BIGINT NOT NULL DEFAULT 500;

CREATE TABLE drawer_day (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    drawer INTEGER NOT NULL REFERENCES drawer (id),
    opened_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    opened_by INTEGER NOT NULL REFERENCES staff (id),
    opening_cents BIGINT NOT NULL DEFAULT 0,
    counts JSONB NOT NULL DEFAULT '{}',
    counted_cents BIGINT,
    counted_at TIMESTAMPTZ,
    counted_by INTEGER REFERENCES staff (id),
    closed_at TIMESTAMPTZ,
    closed_by INTEGER REFERENCES staff (id),
    expected_cents BIGINT,
    kept_cents BIGINT,
    tenders JSONB NOT NULL DEFAULT '{}',
    reason TEXT NOT NULL DEFAULT '',
    approved_by INTEGER REFERENCES staff (id),
    CONSTRAINT drawer_day_closed CHECK (closed_at IS NULL
        OR (counted_cents IS NOT NULL AND expected_cents IS NOT NULL AND kept_cents BETWEEN 0 AND counted_cents))
);
CREATE UNIQUE INDEX drawer_day_open ON drawer_day (drawer) WHERE closed_at IS NULL;
CREATE INDEX drawer_day_shop ON drawer_day (shop, id DESC);
CREATE INDEX drawer_day_drawer ON drawer_day (drawer, id DESC);

CREATE TABLE cash_move (
    id BIGSERIAL PRIMARY KEY,
    drawer_day BIGINT NOT NULL REFERENCES drawer_day (id),
    kind VARCHAR(10) NOT NULL DEFAULT '',
    amount_cents BIGINT NOT NULL DEFAULT 0,
    reason VARCHAR(120) NOT NULL DEFAULT '',
    staff INTEGER NOT NULL REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    CONSTRAINT cash_move_sign CHECK ((kind = 'in' AND amount_cents > 0) OR (kind = 'out' AND amount_cents < 0)
        OR (kind = 'no_sale' AND amount_cents = 0))
);
CREATE INDEX cash_move_day ON cash_move (drawer_day, id);

ALTER TABLE payment ADD COLUMN drawer_day BIGINT REFERENCES drawer_day (id);
CREATE INDEX payment_drawer_day ON payment (drawer_day, id) WHERE drawer_day IS NOT NULL;

-- A drawer is opened once, soon, or not at all: an order that comes late would open it with nobody there.
CREATE TABLE drawer_kick (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    state VARCHAR(10) NOT NULL DEFAULT 'asked',
    asked_by INTEGER NOT NULL REFERENCES staff (id),
    asked_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    state_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

-- What went in and out is history; a closed day is frozen.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cash_move FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON cash_move
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
REVOKE UPDATE, DELETE, TRUNCATE ON cash_move FROM workshop_app;
CREATE TRIGGER closed_is_closed BEFORE UPDATE OR DELETE ON drawer_day
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_rewriting();
