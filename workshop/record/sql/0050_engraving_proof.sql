-- What will be engraved, shown to the customer before the work: each version and the answer to it.
CREATE TABLE engraving_proof (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    version SMALLINT NOT NULL DEFAULT 1,
    state VARCHAR(10) NOT NULL DEFAULT 'sent' CHECK (state IN ('sent', 'approved', 'change', 'superseded')),
    letters JSONB NOT NULL DEFAULT '[]',
    photo UUID,
    note VARCHAR(400) NOT NULL DEFAULT '',
    made_by INTEGER NOT NULL REFERENCES staff (id),
    made_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    answer VARCHAR(600) NOT NULL DEFAULT '',
    answered_at TIMESTAMPTZ,
    answered_by VARCHAR(120) NOT NULL DEFAULT '',
    how VARCHAR(10) NOT NULL DEFAULT '',
    CONSTRAINT engraving_proof_version UNIQUE (envelope, version)
);
