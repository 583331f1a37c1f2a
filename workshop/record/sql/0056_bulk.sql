-- One act on many pieces from the desk, piece by piece, with what came of each and what stood there before.
CREATE TABLE bulk_act (
    id UUID PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    staff INTEGER NOT NULL REFERENCES staff (id),
    act VARCHAR(12) NOT NULL DEFAULT '',
    wanted JSONB NOT NULL DEFAULT '{}',
    undoes UUID REFERENCES bulk_act (id),
    came_from VARCHAR(120) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    finished_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX bulk_act_undone_once ON bulk_act (undoes) WHERE undoes IS NOT NULL;
CREATE TABLE bulk_item (
    id BIGSERIAL PRIMARY KEY,
    bulk UUID NOT NULL REFERENCES bulk_act (id),
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    state VARCHAR(8) NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'same', 'refused')),
    said VARCHAR(300) NOT NULL DEFAULT '',
    before JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT bulk_item_once UNIQUE (bulk, envelope)
);
