-- What went into a piece and came off it: parts, metal, weights, and what is bagged to go home with it.
CREATE TABLE used_part (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    kind VARCHAR(10) NOT NULL DEFAULT 'part' CHECK (kind IN ('part', 'finding', 'metal', 'solder', 'stone', 'removed')),
    what VARCHAR(80) NOT NULL DEFAULT '',
    metal VARCHAR(20) NOT NULL DEFAULT '',
    count SMALLINT NOT NULL DEFAULT 1 CHECK (count > 0),
    weight_mg INTEGER CHECK (weight_mg > 0),
    cost_cents BIGINT CHECK (cost_cents >= 0),
    staff INTEGER NOT NULL REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    struck_at TIMESTAMPTZ,
    struck_by INTEGER REFERENCES staff (id)
);
CREATE INDEX used_part_envelope ON used_part (envelope, id);

CREATE TABLE weighing (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    moment VARCHAR(3) NOT NULL DEFAULT 'out' CHECK (moment IN ('in', 'out')),
    weight_mg INTEGER NOT NULL DEFAULT 1 CHECK (weight_mg > 0),
    expected_mg INTEGER,
    tolerance_mg INTEGER NOT NULL DEFAULT 0,
    explanation VARCHAR(300) NOT NULL DEFAULT '',
    staff INTEGER NOT NULL REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX weighing_envelope ON weighing (envelope, id);

CREATE TABLE return_bag (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    kind VARCHAR(10) NOT NULL DEFAULT 'part' CHECK (kind IN ('stone', 'part', 'metal')),
    what VARCHAR(80) NOT NULL DEFAULT '',
    count SMALLINT NOT NULL DEFAULT 1 CHECK (count > 0),
    weight_mg INTEGER CHECK (weight_mg > 0),
    staff INTEGER NOT NULL REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    struck_at TIMESTAMPTZ,
    struck_by INTEGER REFERENCES staff (id),
    returned_at TIMESTAMPTZ,
    returned_by INTEGER REFERENCES staff (id),
    left_reason VARCHAR(200) NOT NULL DEFAULT ''
);
CREATE INDEX return_bag_envelope ON return_bag (envelope, id);
