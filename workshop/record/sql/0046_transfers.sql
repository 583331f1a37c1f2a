-- Envelopes on their way from one shop to another; the ticket stays where it was made.
CREATE TABLE transfer (
    id BIGSERIAL PRIMARY KEY,
    from_shop INTEGER NOT NULL REFERENCES shop (id),
    to_shop INTEGER NOT NULL REFERENCES shop (id),
    number VARCHAR(20) UNIQUE NOT NULL DEFAULT '',
    state VARCHAR(10) NOT NULL DEFAULT 'packing',
    carrier VARCHAR(60) NOT NULL DEFAULT '',
    note VARCHAR(400) NOT NULL DEFAULT '',
    made_by INTEGER REFERENCES staff (id),
    made_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    sent_by INTEGER REFERENCES staff (id),
    sent_at TIMESTAMPTZ,
    closed_by INTEGER REFERENCES staff (id),
    closed_at TIMESTAMPTZ,
    CONSTRAINT transfer_state CHECK (state IN ('packing', 'on_way', 'received', 'dropped'))
);
CREATE UNIQUE INDEX transfer_packing ON transfer (from_shop, to_shop) WHERE state = 'packing';
CREATE INDEX transfer_from ON transfer (from_shop, id DESC);
CREATE INDEX transfer_to ON transfer (to_shop, id DESC);

CREATE TABLE transfer_piece (
    id BIGSERIAL PRIMARY KEY,
    transfer BIGINT NOT NULL REFERENCES transfer (id),
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    state VARCHAR(10) NOT NULL DEFAULT 'packed',
    declared_cents BIGINT,
    packed_by INTEGER REFERENCES staff (id),
    packed_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    received_by INTEGER REFERENCES staff (id),
    received_at TIMESTAMPTZ,
    explanation VARCHAR(300) NOT NULL DEFAULT '',
    CONSTRAINT transfer_piece_state CHECK (state IN ('packed', 'on_way', 'received', 'missing', 'taken_out'))
);
CREATE UNIQUE INDEX transfer_piece_away ON transfer_piece (envelope) WHERE state IN ('packed', 'on_way', 'missing');
CREATE INDEX transfer_piece_list ON transfer_piece (transfer, id);

ALTER TABLE shop ADD COLUMN last_transfer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE envelope ADD COLUMN transfer BIGINT REFERENCES transfer (id);
