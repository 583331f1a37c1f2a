-- The piece for life: what it is and how we know, whose it was, its papers, what was bought and what is wished for.

ALTER TABLE piece
    ADD COLUMN maker VARCHAR(60) NOT NULL DEFAULT '',
    ADD COLUMN style_no VARCHAR(60) NOT NULL DEFAULT '',
    ADD COLUMN metal_colour VARCHAR(12) NOT NULL DEFAULT '',
    ADD COLUMN fineness VARCHAR(20) NOT NULL DEFAULT '',
    ADD COLUMN fineness_basis VARCHAR(20) NOT NULL DEFAULT 'stamped',
    ADD COLUMN ring_size VARCHAR(10) NOT NULL DEFAULT '',
    ADD COLUMN length_mm INTEGER,
    ADD COLUMN weight_mg INTEGER,
    ADD COLUMN movement_no VARCHAR(40) NOT NULL DEFAULT '',
    ADD COLUMN calibre VARCHAR(40) NOT NULL DEFAULT '',
    ADD COLUMN water_bar SMALLINT,
    ADD COLUMN warranty_until DATE,
    ADD COLUMN serviced_on DATE,
    ADD COLUMN wearer BIGINT REFERENCES customer (id);
CREATE INDEX piece_wearer ON piece (wearer) WHERE wearer IS NOT NULL;

ALTER TABLE stone
    ADD COLUMN width_mm NUMERIC(6, 2),
    ADD COLUMN colour VARCHAR(30) NOT NULL DEFAULT '',
    ADD COLUMN clarity VARCHAR(12) NOT NULL DEFAULT '',
    ADD COLUMN laboratory VARCHAR(30) NOT NULL DEFAULT '',
    ADD COLUMN inscription VARCHAR(12) NOT NULL DEFAULT 'not looked',
    ALTER COLUMN nature SET DEFAULT 'not tested';
UPDATE stone SET nature = 'not tested' WHERE nature = '';
-- A report number read under the loupe finds its stone.
CREATE INDEX stone_report ON stone (upper(report_no)) WHERE report_no <> '';

CREATE TABLE piece_mark (
    id BIGSERIAL PRIMARY KEY,
    piece BIGINT NOT NULL REFERENCES piece (id),
    kind VARCHAR(12) NOT NULL DEFAULT 'other',
    words VARCHAR(120) NOT NULL DEFAULT '',
    position VARCHAR(40) NOT NULL DEFAULT '',
    basis VARCHAR(20) NOT NULL DEFAULT 'stamped'
);
CREATE INDEX piece_mark_piece ON piece_mark (piece);
-- Stamps written before as one line become the first mark of their piece.
INSERT INTO piece_mark (piece, words) SELECT id, marks FROM piece WHERE marks <> '';

ALTER TABLE ownership
    ADD COLUMN given_by BIGINT REFERENCES customer (id),
    ADD COLUMN note VARCHAR(120) NOT NULL DEFAULT '',
    ADD COLUMN recorded_by INTEGER REFERENCES staff (id),
    ADD COLUMN recorded_at TIMESTAMPTZ;
-- A piece has one owner at a time; should older rows disagree, the newest is believed.
UPDATE ownership o SET until = CURRENT_DATE WHERE until IS NULL
    AND EXISTS (SELECT FROM ownership n WHERE n.piece = o.piece AND n.until IS NULL AND n.id > o.id);
CREATE UNIQUE INDEX ownership_now ON ownership (piece) WHERE until IS NULL;
CREATE INDEX ownership_given_by ON ownership (given_by) WHERE given_by IS NOT NULL;

CREATE TABLE piece_collector (
    id BIGSERIAL PRIMARY KEY,
    piece BIGINT NOT NULL REFERENCES piece (id),
    customer BIGINT REFERENCES customer (id),
    name VARCHAR(120) NOT NULL DEFAULT '',
    said_by BIGINT REFERENCES customer (id),
    how VARCHAR(12) NOT NULL DEFAULT 'counter',
    staff INTEGER REFERENCES staff (id),
    added_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    ended_at TIMESTAMPTZ
);
CREATE INDEX piece_collector_now ON piece_collector (piece) WHERE ended_at IS NULL;

CREATE TABLE appraisal (
    id BIGSERIAL PRIMARY KEY,
    piece BIGINT NOT NULL REFERENCES piece (id),
    shop INTEGER NOT NULL REFERENCES shop (id),
    appraised_on DATE NOT NULL DEFAULT CURRENT_DATE,
    appraiser VARCHAR(80) NOT NULL DEFAULT '',
    value_cents BIGINT NOT NULL DEFAULT 0 CHECK (value_cents >= 0),
    purpose VARCHAR(20) NOT NULL DEFAULT 'insurance',
    note VARCHAR(160) NOT NULL DEFAULT '',
    staff INTEGER REFERENCES staff (id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX appraisal_piece ON appraisal (piece, appraised_on DESC, id DESC);

CREATE TABLE sale (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    customer BIGINT REFERENCES customer (id),
    sold_on DATE NOT NULL DEFAULT CURRENT_DATE,
    total_cents BIGINT NOT NULL DEFAULT 0 CHECK (total_cents >= 0),
    occasion VARCHAR(20) NOT NULL DEFAULT '',
    gifter BIGINT REFERENCES customer (id),
    recipient BIGINT REFERENCES customer (id),
    is_discreet BOOLEAN NOT NULL DEFAULT false,
    source VARCHAR(8) NOT NULL DEFAULT 'hand' CHECK (source IN ('hand', 'till', 'import', 'api')),
    external_ref VARCHAR(80) NOT NULL DEFAULT '',
    content_hash VARCHAR(64) NOT NULL DEFAULT '',
    ticket BIGINT REFERENCES ticket (id),
    prompt BIGINT REFERENCES prompt (id),
    note VARCHAR(160) NOT NULL DEFAULT '',
    recorded_by INTEGER REFERENCES staff (id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    voided_at TIMESTAMPTZ,
    void_reason VARCHAR(120) NOT NULL DEFAULT ''
);
-- A till that sends a sale again means the same sale.
CREATE UNIQUE INDEX sale_external ON sale (shop, external_ref) WHERE external_ref <> '';
CREATE INDEX sale_customer ON sale (customer, id DESC) WHERE customer IS NOT NULL;
CREATE INDEX sale_recipient ON sale (recipient, id DESC) WHERE recipient IS NOT NULL;
CREATE INDEX sale_day ON sale (shop, sold_on DESC, id DESC);
CREATE INDEX sale_ticket ON sale (ticket) WHERE ticket IS NOT NULL;

CREATE TABLE sale_line (
    id BIGSERIAL PRIMARY KEY,
    sale BIGINT NOT NULL REFERENCES sale (id),
    style_no VARCHAR(60) NOT NULL DEFAULT '',
    description VARCHAR(160) NOT NULL DEFAULT '',
    quantity SMALLINT NOT NULL DEFAULT 1 CHECK (quantity > 0),
    price_cents BIGINT NOT NULL DEFAULT 0 CHECK (price_cents >= 0),
    piece BIGINT REFERENCES piece (id)
);
CREATE INDEX sale_line_sale ON sale_line (sale);
CREATE INDEX sale_line_piece ON sale_line (piece) WHERE piece IS NOT NULL;

CREATE TABLE sale_associate (
    id BIGSERIAL PRIMARY KEY,
    sale BIGINT NOT NULL REFERENCES sale (id),
    staff INTEGER NOT NULL REFERENCES staff (id),
    per_mille SMALLINT NOT NULL DEFAULT 1000 CHECK (per_mille BETWEEN 1 AND 1000),
    UNIQUE (sale, staff)
);
CREATE INDEX sale_associate_staff ON sale_associate (staff);

CREATE TABLE wish (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customer (id),
    shop INTEGER NOT NULL REFERENCES shop (id),
    piece BIGINT REFERENCES piece (id),
    style_no VARCHAR(60) NOT NULL DEFAULT '',
    words VARCHAR(160) NOT NULL DEFAULT '',
    price_cents BIGINT,
    state VARCHAR(8) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'bought', 'done')),
    noted_by INTEGER REFERENCES staff (id),
    noted_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    closed_at TIMESTAMPTZ,
    sale BIGINT REFERENCES sale (id)
);
CREATE INDEX wish_customer ON wish (customer, id DESC);
CREATE INDEX wish_piece ON wish (piece) WHERE piece IS NOT NULL;
