-- The tables of the record. Columns are described beside them in workshop/record/tables/.
CREATE TABLE shop (
    id SERIAL PRIMARY KEY,
    code VARCHAR(6) UNIQUE NOT NULL DEFAULT '',
    name VARCHAR(60) NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    phone VARCHAR(20) NOT NULL DEFAULT '',
    zone VARCHAR(40) NOT NULL DEFAULT 'America/New_York',
    state VARCHAR(2) NOT NULL DEFAULT '',
    currency VARCHAR(3) NOT NULL DEFAULT 'USD',
    language VARCHAR(5) NOT NULL DEFAULT 'en',
    hours JSONB NOT NULL DEFAULT '{}',
    closed_days JSONB NOT NULL DEFAULT '[]',
    policy_text TEXT NOT NULL DEFAULT '',
    policy_version INTEGER NOT NULL DEFAULT 1,
    insured_limit_cents BIGINT NOT NULL DEFAULT 0,
    manager_limit_cents BIGINT NOT NULL DEFAULT 1000000,
    photo_minimum SMALLINT NOT NULL DEFAULT 2,
    after_photo_minimum SMALLINT NOT NULL DEFAULT 1,
    work_days SMALLINT NOT NULL DEFAULT 7,
    rush_days SMALLINT NOT NULL DEFAULT 2,
    rush_per_mille INTEGER NOT NULL DEFAULT 500,
    rush_minimum_cents INTEGER NOT NULL DEFAULT 1500,
    maker_may_pass BOOLEAN NOT NULL DEFAULT false,
    last_number INTEGER NOT NULL DEFAULT 10000
);

CREATE TABLE tax_rate (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    tax_class VARCHAR(20) NOT NULL DEFAULT '',
    rate_per_100k INTEGER NOT NULL DEFAULT 0,
    valid_from DATE NOT NULL DEFAULT CURRENT_DATE,
    valid_to DATE
);

CREATE TABLE staff (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    name VARCHAR(60) NOT NULL DEFAULT '',
    sign_in_name VARCHAR(40) UNIQUE NOT NULL DEFAULT '',
    roles VARCHAR(10)[] NOT NULL DEFAULT '{}',
    badge_code VARCHAR(20) UNIQUE NOT NULL DEFAULT '',
    password_hash TEXT NOT NULL DEFAULT '',
    pin_hash TEXT NOT NULL DEFAULT '',
    skills VARCHAR(20)[] NOT NULL DEFAULT '{}',
    minutes_a_day INTEGER NOT NULL DEFAULT 0,
    is_active BOOLEAN NOT NULL DEFAULT true,
    is_system BOOLEAN NOT NULL DEFAULT false
);

CREATE TABLE device (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    token_hash VARCHAR(64) UNIQUE NOT NULL DEFAULT '',
    name VARCHAR(60) NOT NULL DEFAULT '',
    enrolled_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    enrolled_by INTEGER REFERENCES staff (id),
    pin_misses SMALLINT NOT NULL DEFAULT 0,
    full_sign_in_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    revoked_at TIMESTAMPTZ
);

CREATE TABLE session (
    id SERIAL PRIMARY KEY,
    token_hash VARCHAR(64) UNIQUE NOT NULL DEFAULT '',
    staff INTEGER NOT NULL REFERENCES staff (id),
    device INTEGER REFERENCES device (id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    seen_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    ended_at TIMESTAMPTZ
);

CREATE TABLE access_token (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    kind VARCHAR(10) NOT NULL DEFAULT '',
    name VARCHAR(60) NOT NULL DEFAULT '',
    token_hash VARCHAR(64) UNIQUE NOT NULL DEFAULT '',
    staff INTEGER REFERENCES staff (id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    revoked_at TIMESTAMPTZ
);

CREATE TABLE attempt (
    id SERIAL PRIMARY KEY,
    count INTEGER NOT NULL DEFAULT 0,
    key VARCHAR(120) UNIQUE NOT NULL DEFAULT '',
    window_start TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE saved_answer (
    id SERIAL PRIMARY KEY,
    key VARCHAR(100) NOT NULL DEFAULT '',
    actor VARCHAR(60) NOT NULL DEFAULT '',
    request_hash VARCHAR(64) NOT NULL DEFAULT '',
    status SMALLINT NOT NULL DEFAULT 0,
    body TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE place (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    name VARCHAR(40) NOT NULL DEFAULT '',
    kind VARCHAR(20) NOT NULL DEFAULT '',
    code VARCHAR(20) UNIQUE NOT NULL DEFAULT ''
);

CREATE TABLE household (
    id BIGSERIAL PRIMARY KEY,
    name VARCHAR(80) NOT NULL DEFAULT ''
);

CREATE TABLE customer (
    id BIGSERIAL PRIMARY KEY,
    first_name VARCHAR(60) NOT NULL DEFAULT '',
    last_name VARCHAR(60) NOT NULL DEFAULT '',
    email VARCHAR(120) NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    language VARCHAR(5) NOT NULL DEFAULT 'en',
    zone VARCHAR(40) NOT NULL DEFAULT '',
    state VARCHAR(2) NOT NULL DEFAULT '',
    preferred_channel VARCHAR(10) NOT NULL DEFAULT 'sms',
    texts_a_year BIGINT NOT NULL DEFAULT 4,
    household BIGINT REFERENCES household (id),
    relation VARCHAR(20) NOT NULL DEFAULT '',
    birthday DATE,
    anniversary DATE,
    allergies VARCHAR(120) NOT NULL DEFAULT '',
    ring_sizes JSONB NOT NULL DEFAULT '[]',
    notes TEXT NOT NULL DEFAULT '',
    tags VARCHAR(30)[] NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE phone (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customer (id),
    number VARCHAR(20) NOT NULL DEFAULT '',
    is_first BOOLEAN NOT NULL DEFAULT true
);

CREATE TABLE consent (
    id BIGSERIAL PRIMARY KEY,
    customer BIGINT REFERENCES customer (id),
    number VARCHAR(120) NOT NULL DEFAULT '',
    channel VARCHAR(10) NOT NULL DEFAULT 'sms',
    purpose VARCHAR(10) NOT NULL DEFAULT '',
    is_given BOOLEAN NOT NULL DEFAULT false,
    wording TEXT NOT NULL DEFAULT '',
    how VARCHAR(20) NOT NULL DEFAULT '',
    staff INTEGER REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE piece (
    id BIGSERIAL PRIMARY KEY,
    kind VARCHAR(20) NOT NULL DEFAULT '',
    description VARCHAR(160) NOT NULL DEFAULT '',
    metal VARCHAR(20) NOT NULL DEFAULT '',
    metal_basis VARCHAR(20) NOT NULL DEFAULT 'appears',
    marks VARCHAR(120) NOT NULL DEFAULT '',
    serial VARCHAR(60) NOT NULL DEFAULT '',
    reference VARCHAR(60) NOT NULL DEFAULT '',
    engraving VARCHAR(160) NOT NULL DEFAULT '',
    origin VARCHAR(20) NOT NULL DEFAULT '',
    bought_on DATE,
    made_about SMALLINT,
    appraised_on DATE,
    is_discreet BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE ownership (
    id BIGSERIAL PRIMARY KEY,
    piece BIGINT NOT NULL REFERENCES piece (id),
    customer BIGINT NOT NULL REFERENCES customer (id),
    since DATE,
    until DATE,
    how VARCHAR(20) NOT NULL DEFAULT ''
);

CREATE TABLE stone (
    count SMALLINT NOT NULL DEFAULT 1,
    id BIGSERIAL PRIMARY KEY,
    piece BIGINT NOT NULL REFERENCES piece (id),
    identity VARCHAR(40) NOT NULL DEFAULT '',
    nature VARCHAR(20) NOT NULL DEFAULT '',
    shape VARCHAR(20) NOT NULL DEFAULT '',
    size_mm NUMERIC(6, 2),
    carat NUMERIC(7, 3),
    position VARCHAR(40) NOT NULL DEFAULT '',
    basis VARCHAR(20) NOT NULL DEFAULT 'appears',
    report_no VARCHAR(40) NOT NULL DEFAULT ''
);

CREATE TABLE price_item (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL DEFAULT 0,
    code VARCHAR(12) NOT NULL DEFAULT '',
    name VARCHAR(80) NOT NULL DEFAULT '',
    category VARCHAR(20) NOT NULL DEFAULT '',
    unit VARCHAR(20) NOT NULL DEFAULT '',
    rule JSONB NOT NULL DEFAULT '{}',
    minutes INTEGER NOT NULL DEFAULT 15,
    skill VARCHAR(20) NOT NULL DEFAULT 'jeweler',
    warranty_days INTEGER NOT NULL DEFAULT 365,
    tax_class VARCHAR(20) NOT NULL DEFAULT 'repair',
    needs_estimate BOOLEAN NOT NULL DEFAULT false,
    counts_stones BOOLEAN NOT NULL DEFAULT true,
    piecework_per_mille INTEGER NOT NULL DEFAULT 260,
    kinds JSONB NOT NULL DEFAULT '[]',
    risk TEXT NOT NULL DEFAULT '',
    is_favourite BOOLEAN NOT NULL DEFAULT false,
    active_from DATE NOT NULL DEFAULT CURRENT_DATE,
    active_to DATE
);

CREATE TABLE signature (
    id BIGSERIAL PRIMARY KEY,
    png BYTEA NOT NULL DEFAULT '',
    signed_name VARCHAR(120) NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE ticket (
    id BIGSERIAL PRIMARY KEY,
    number VARCHAR(20) UNIQUE NOT NULL DEFAULT '',
    shop INTEGER NOT NULL REFERENCES shop (id),
    customer BIGINT NOT NULL REFERENCES customer (id),
    owner BIGINT REFERENCES customer (id),
    collectors JSONB NOT NULL DEFAULT '[]',
    taken_in_by INTEGER NOT NULL REFERENCES staff (id),
    taken_in_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    promise_on DATE NOT NULL DEFAULT CURRENT_DATE,
    price_terms VARCHAR(20) NOT NULL DEFAULT 'firm',
    not_above_cents BIGINT,
    is_rush BOOLEAN NOT NULL DEFAULT false,
    is_discreet BOOLEAN NOT NULL DEFAULT false,
    note TEXT NOT NULL DEFAULT '',
    signature BIGINT REFERENCES signature (id),
    policy_version INTEGER NOT NULL DEFAULT 1,
    policy_text TEXT NOT NULL DEFAULT '',
    link_hash VARCHAR(64) UNIQUE NOT NULL DEFAULT '',
    link_misses SMALLINT NOT NULL DEFAULT 0,
    link_locked_until TIMESTAMPTZ,
    closed_at TIMESTAMPTZ
);

CREATE TABLE envelope (
    id BIGSERIAL PRIMARY KEY,
    code VARCHAR(20) UNIQUE NOT NULL DEFAULT '',
    number VARCHAR(24) UNIQUE NOT NULL DEFAULT '',
    ticket BIGINT NOT NULL REFERENCES ticket (id),
    shop INTEGER NOT NULL REFERENCES shop (id),
    piece BIGINT NOT NULL REFERENCES piece (id),
    place_no SMALLINT NOT NULL DEFAULT 1,
    place_count SMALLINT NOT NULL DEFAULT 1,
    stage VARCHAR(20) NOT NULL DEFAULT 'received',
    stage_since TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    held_from VARCHAR(20) NOT NULL DEFAULT '',
    hold_reason VARCHAR(20) NOT NULL DEFAULT '',
    location VARCHAR(40) NOT NULL DEFAULT 'counter',
    jeweler INTEGER REFERENCES staff (id),
    bench_due DATE NOT NULL DEFAULT CURRENT_DATE,
    promise_on DATE NOT NULL DEFAULT CURRENT_DATE,
    is_rush BOOLEAN NOT NULL DEFAULT false,
    declared_value_cents BIGINT,
    declared_words VARCHAR(120) NOT NULL DEFAULT '',
    marks JSONB NOT NULL DEFAULT '[]',
    stone_count SMALLINT NOT NULL DEFAULT 0,
    shown_under_loupe BOOLEAN NOT NULL DEFAULT false,
    weight_in_mg INTEGER,
    weight_out_mg INTEGER,
    size_now VARCHAR(10) NOT NULL DEFAULT '',
    size_wanted VARCHAR(10) NOT NULL DEFAULT '',
    seal_no VARCHAR(20) NOT NULL DEFAULT '',
    customer_says TEXT NOT NULL DEFAULT '',
    redo_of BIGINT,
    is_unrepaired BOOLEAN NOT NULL DEFAULT false,
    version INTEGER NOT NULL DEFAULT 0,
    worked_by INTEGER REFERENCES staff (id),
    started_at TIMESTAMPTZ,
    worked_seconds INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE task (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    code VARCHAR(12) NOT NULL DEFAULT '',
    name VARCHAR(120) NOT NULL DEFAULT '',
    quantity SMALLINT NOT NULL DEFAULT 1,
    drivers JSONB NOT NULL DEFAULT '{}',
    price_cents BIGINT NOT NULL DEFAULT 0,
    tax_class VARCHAR(20) NOT NULL DEFAULT 'repair',
    why JSONB NOT NULL DEFAULT '[]',
    minutes INTEGER NOT NULL DEFAULT 0,
    skill VARCHAR(20) NOT NULL DEFAULT '',
    found_at_bench BOOLEAN NOT NULL DEFAULT false,
    is_dropped BOOLEAN NOT NULL DEFAULT false,
    done_by INTEGER REFERENCES staff (id),
    done_at TIMESTAMPTZ,
    warranty_days INTEGER NOT NULL DEFAULT 0,
    warranty_until DATE
);

CREATE TABLE estimate (
    id BIGSERIAL PRIMARY KEY,
    envelope BIGINT NOT NULL REFERENCES envelope (id),
    version SMALLINT NOT NULL DEFAULT 0,
    state VARCHAR(12) NOT NULL DEFAULT 'draft',
    lines JSONB NOT NULL DEFAULT '[]',
    subtotal_cents BIGINT NOT NULL DEFAULT 0,
    tax_cents BIGINT NOT NULL DEFAULT 0,
    total_cents BIGINT NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    made_by INTEGER REFERENCES staff (id),
    made_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    sent_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    how VARCHAR(12) NOT NULL DEFAULT '',
    answered_by VARCHAR(120) NOT NULL DEFAULT '',
    signature BIGINT REFERENCES signature (id),
    staff INTEGER REFERENCES staff (id),
    address VARCHAR(60) NOT NULL DEFAULT ''
);

CREATE TABLE payment (
    id BIGSERIAL PRIMARY KEY,
    ticket BIGINT NOT NULL REFERENCES ticket (id),
    shop INTEGER NOT NULL REFERENCES shop (id),
    kind VARCHAR(10) NOT NULL DEFAULT '',
    tender VARCHAR(10) NOT NULL DEFAULT '',
    amount_cents BIGINT NOT NULL DEFAULT 0,
    reference VARCHAR(40) NOT NULL DEFAULT '',
    brand VARCHAR(20) NOT NULL DEFAULT '',
    last_four VARCHAR(4) NOT NULL DEFAULT '',
    staff INTEGER NOT NULL REFERENCES staff (id),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE event (
    id BIGSERIAL PRIMARY KEY,
    name VARCHAR(40) NOT NULL DEFAULT '',
    shop INTEGER NOT NULL REFERENCES shop (id),
    ticket BIGINT REFERENCES ticket (id),
    envelope BIGINT REFERENCES envelope (id),
    piece BIGINT REFERENCES piece (id),
    customer BIGINT REFERENCES customer (id),
    staff INTEGER REFERENCES staff (id),
    station VARCHAR(60) NOT NULL DEFAULT '',
    from_stage VARCHAR(20) NOT NULL DEFAULT '',
    to_stage VARCHAR(20) NOT NULL DEFAULT '',
    data JSONB NOT NULL DEFAULT '{}',
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE photo (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    shop INTEGER NOT NULL REFERENCES shop (id),
    envelope_code VARCHAR(20) NOT NULL DEFAULT '',
    kind VARCHAR(12) NOT NULL DEFAULT '',
    state VARCHAR(10) NOT NULL DEFAULT 'pending',
    key VARCHAR(64) NOT NULL DEFAULT '',
    thumb_key VARCHAR(64) NOT NULL DEFAULT '',
    original_sha256 VARCHAR(64) NOT NULL DEFAULT '',
    size_bytes INTEGER NOT NULL DEFAULT 0,
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    captured_at VARCHAR(30) NOT NULL DEFAULT '',
    angle VARCHAR(20) NOT NULL DEFAULT '',
    taken_by INTEGER REFERENCES staff (id),
    taken_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    removed_at TIMESTAMPTZ
);

CREATE TABLE intake_draft (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    shop INTEGER NOT NULL REFERENCES shop (id),
    staff INTEGER NOT NULL REFERENCES staff (id),
    data JSONB NOT NULL DEFAULT '{}',
    version INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    changed_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    ticket_number VARCHAR(20)
);

CREATE TABLE message (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    shop INTEGER NOT NULL REFERENCES shop (id),
    ticket BIGINT REFERENCES ticket (id),
    envelope BIGINT REFERENCES envelope (id),
    customer BIGINT REFERENCES customer (id),
    event BIGINT REFERENCES event (id),
    direction VARCHAR(3) NOT NULL DEFAULT 'out',
    channel VARCHAR(10) NOT NULL DEFAULT 'sms',
    purpose VARCHAR(10) NOT NULL DEFAULT 'service',
    template VARCHAR(30) NOT NULL DEFAULT '',
    facts JSONB NOT NULL DEFAULT '{}',
    recipient VARCHAR(120) NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    state VARCHAR(12) NOT NULL DEFAULT 'pending',
    attempts SMALLINT NOT NULL DEFAULT 0,
    lease_until TIMESTAMPTZ,
    not_before TIMESTAMPTZ,
    carrier_id VARCHAR(64) NOT NULL DEFAULT '',
    error_code INTEGER,
    error TEXT NOT NULL DEFAULT '',
    looks SMALLINT NOT NULL DEFAULT 0,
    next_look_at TIMESTAMPTZ,
    unknowns SMALLINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    sent_at TIMESTAMPTZ,
    state_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    seen_by INTEGER REFERENCES staff (id),
    seen_at TIMESTAMPTZ
);

CREATE TABLE delivery_report (
    id BIGSERIAL PRIMARY KEY,
    carrier_id VARCHAR(64) NOT NULL DEFAULT '',
    status VARCHAR(24) NOT NULL DEFAULT '',
    message UUID,
    error_code INTEGER,
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE service_plan (
    id SERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    code VARCHAR(20) NOT NULL DEFAULT '',
    name VARCHAR(60) NOT NULL DEFAULT '',
    task_codes JSONB NOT NULL DEFAULT '[]',
    months SMALLINT NOT NULL DEFAULT 6,
    is_active BOOLEAN NOT NULL DEFAULT true
);

CREATE TABLE reminder (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    plan INTEGER NOT NULL REFERENCES service_plan (id),
    piece BIGINT NOT NULL REFERENCES piece (id),
    customer BIGINT NOT NULL REFERENCES customer (id),
    ticket BIGINT REFERENCES ticket (id),
    due_on DATE NOT NULL DEFAULT CURRENT_DATE,
    state VARCHAR(12) NOT NULL DEFAULT 'due',
    state_reason VARCHAR(120) NOT NULL DEFAULT '',
    looked_at TIMESTAMPTZ,
    message UUID REFERENCES message (id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE prompt (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    rule VARCHAR(30) NOT NULL DEFAULT '',
    moment VARCHAR(10) NOT NULL DEFAULT '',
    ticket BIGINT REFERENCES ticket (id),
    piece BIGINT REFERENCES piece (id),
    customer BIGINT REFERENCES customer (id),
    reason TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    state VARCHAR(10) NOT NULL DEFAULT 'shown',
    answered_by INTEGER REFERENCES staff (id),
    answered_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE print_job (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    shop INTEGER NOT NULL REFERENCES shop (id),
    document VARCHAR(12) NOT NULL DEFAULT '',
    printer VARCHAR(10) NOT NULL DEFAULT '',
    ticket BIGINT NOT NULL REFERENCES ticket (id),
    envelope BIGINT REFERENCES envelope (id),
    copy_no SMALLINT NOT NULL DEFAULT 0,
    state VARCHAR(10) NOT NULL DEFAULT 'queued',
    error TEXT NOT NULL DEFAULT '',
    attempts SMALLINT NOT NULL DEFAULT 0,
    lease_until TIMESTAMPTZ,
    asked_by INTEGER REFERENCES staff (id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    state_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
