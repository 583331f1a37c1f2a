-- What needs somebody, by the shop's rules: raised once, gone when it is so no more, and who took it.
CREATE TABLE alarm (
    id BIGSERIAL PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    rule VARCHAR(24) NOT NULL DEFAULT '',
    subject VARCHAR(60) NOT NULL DEFAULT '',
    words VARCHAR(200) NOT NULL DEFAULT '',
    href VARCHAR(200) NOT NULL DEFAULT '',
    roles VARCHAR(10)[] NOT NULL DEFAULT '{}',
    staff INTEGER REFERENCES staff (id),
    envelope BIGINT REFERENCES envelope (id),
    raised_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    cleared_at TIMESTAMPTZ,
    acknowledged_at TIMESTAMPTZ,
    acknowledged_by INTEGER REFERENCES staff (id)
);
-- One alarm of one thing at a time; what is open is found at once, however many there ever were.
CREATE UNIQUE INDEX alarm_open ON alarm (shop, rule, subject) WHERE cleared_at IS NULL;
CREATE INDEX alarm_shop ON alarm (shop, id DESC);
CREATE INDEX alarm_envelope ON alarm (envelope) WHERE envelope IS NOT NULL AND cleared_at IS NULL;

CREATE TABLE alarm_mail (
    id BIGSERIAL PRIMARY KEY,
    alarm BIGINT NOT NULL REFERENCES alarm (id),
    staff INTEGER NOT NULL REFERENCES staff (id),
    state VARCHAR(8) NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'kept')),
    at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    CONSTRAINT alarm_mail_once UNIQUE (alarm, staff)
);
CREATE INDEX alarm_mail_queued ON alarm_mail (staff) WHERE state = 'queued';

ALTER TABLE shop ADD COLUMN alarm_rules JSONB NOT NULL DEFAULT '{}';
ALTER TABLE shop ADD COLUMN stuck_days JSONB NOT NULL DEFAULT '{}';
ALTER TABLE staff ADD COLUMN alarm_email VARCHAR(120) NOT NULL DEFAULT '';
