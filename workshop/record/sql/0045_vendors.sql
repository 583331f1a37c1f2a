-- Trade shops: who they are, what covers customers' goods with them, what is out, what came back and what it cost.
CREATE TABLE vendor (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    place INTEGER NOT NULL REFERENCES place (id),
    code VARCHAR(20) UNIQUE NOT NULL DEFAULT '',
    name VARCHAR(40) NOT NULL DEFAULT '',
    trade VARCHAR(60) NOT NULL DEFAULT '',
    contact VARCHAR(80) NOT NULL DEFAULT '',
    phone VARCHAR(30) NOT NULL DEFAULT '',
    email VARCHAR(120) NOT NULL DEFAULT '',
    address VARCHAR(300) NOT NULL DEFAULT '',
    usual_days SMALLINT NOT NULL DEFAULT 5,
    note VARCHAR(400) NOT NULL DEFAULT '',
    retired_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX vendor_shop ON vendor (shop, name);
CREATE UNIQUE INDEX vendor_place ON vendor (place);

-- A proof of insurance as somebody saw it. A newer one stands beside the older, which is never rewritten.
CREATE TABLE vendor_cover (
    id SERIAL PRIMARY KEY,
    vendor INTEGER NOT NULL REFERENCES vendor (id),
    insurer VARCHAR(80) NOT NULL DEFAULT '',
    policy_no VARCHAR(60) NOT NULL DEFAULT '',
    limit_cents BIGINT NOT NULL DEFAULT 0,
    valid_from DATE NOT NULL DEFAULT CURRENT_DATE,
    expires_on DATE NOT NULL DEFAULT CURRENT_DATE,
    paper BYTEA,
    paper_type VARCHAR(40) NOT NULL DEFAULT '',
    seen_by INTEGER REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX vendor_cover_vendor ON vendor_cover (vendor, expires_on DESC);

CREATE TABLE send_out (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    vendor INTEGER NOT NULL REFERENCES vendor (id),
    number VARCHAR(20) UNIQUE NOT NULL DEFAULT '',
    state VARCHAR(10) NOT NULL DEFAULT 'packing',
    due_back_on DATE,
    insured_cents BIGINT NOT NULL DEFAULT 0,
    cover INTEGER REFERENCES vendor_cover (id),
    approved_by INTEGER REFERENCES staff (id),
    carrier VARCHAR(60) NOT NULL DEFAULT '',
    tracking VARCHAR(60) NOT NULL DEFAULT '',
    note VARCHAR(400) NOT NULL DEFAULT '',
    made_by INTEGER REFERENCES staff (id),
    made_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    sent_by INTEGER REFERENCES staff (id),
    sent_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    CONSTRAINT send_out_state CHECK (state IN ('packing', 'out', 'back', 'dropped'))
);
-- One list is packed for a vendor at a time, whoever scans.
CREATE UNIQUE INDEX send_out_packing ON send_out (vendor) WHERE state = 'packing';
CREATE INDEX send_out_shop ON send_out (shop, id DESC);
CREATE INDEX send_out_out ON send_out (shop, due_back_on) WHERE state IN ('packing', 'out');

CREATE TABLE send_out_piece (
    id BIGSERIAL PRIMARY KEY,
    send_out BIGINT NOT NULL REFERENCES send_out (id),
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    state VARCHAR(10) NOT NULL DEFAULT 'packed',
    declared_cents BIGINT,
    packed_by INTEGER REFERENCES staff (id),
    packed_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    returned_by INTEGER REFERENCES staff (id),
    returned_at TIMESTAMPTZ,
    is_finished BOOLEAN,
    cost_cents BIGINT NOT NULL DEFAULT 0,
    note VARCHAR(300) NOT NULL DEFAULT '',
    CONSTRAINT send_out_piece_state CHECK (state IN ('packed', 'out', 'back', 'taken_out')),
    CONSTRAINT send_out_piece_cost CHECK (cost_cents >= 0)
);
-- A piece is on one list at a time.
CREATE UNIQUE INDEX send_out_piece_away ON send_out_piece (envelope) WHERE state IN ('packed', 'out');
CREATE INDEX send_out_piece_list ON send_out_piece (send_out, id);
CREATE INDEX send_out_piece_envelope ON send_out_piece (envelope, id);

ALTER TABLE shop ADD COLUMN last_send_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shop ADD COLUMN uncovered_allowed BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE envelope ADD COLUMN worked_vendor INTEGER REFERENCES vendor (id);
ALTER TABLE task ADD COLUMN vendor INTEGER REFERENCES vendor (id);
ALTER TABLE task ADD COLUMN vendor_cents BIGINT NOT NULL DEFAULT 0;
