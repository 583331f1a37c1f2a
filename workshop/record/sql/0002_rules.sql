-- What a column list cannot say: text search, indexes tied to open work, checks, append-only history
-- and the role the application acts under.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- unaccent() is only STABLE (its dictionary could change); indexes need a promise that it does not.
CREATE FUNCTION plain(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT lower(public.unaccent('public.unaccent', value)) $$;

-- Checks -------------------------------------------------------------------------------------------
ALTER TABLE envelope ADD CONSTRAINT envelope_stage CHECK (stage IN (
    'received', 'estimating', 'awaiting_approval', 'approved', 'in_queue', 'at_bench', 'quality_check',
    'ready_for_pickup', 'picked_up', 'at_vendor', 'on_hold', 'declined', 'cancelled'));
ALTER TABLE envelope ADD CONSTRAINT envelope_place CHECK (place_no BETWEEN 1 AND place_count);
ALTER TABLE task ADD CONSTRAINT task_price CHECK (price_cents >= 0 AND quantity > 0);
ALTER TABLE payment ADD CONSTRAINT payment_sign CHECK ((kind = 'refund') = (amount_cents < 0));
ALTER TABLE payment ADD CONSTRAINT payment_last_four CHECK (last_four ~ '^([0-9]{4})?$');
ALTER TABLE phone ADD CONSTRAINT phone_e164 CHECK (number ~ '^\+[1-9][0-9]{6,14}$');
ALTER TABLE estimate ADD CONSTRAINT estimate_version UNIQUE (envelope, version);
ALTER TABLE saved_answer ADD CONSTRAINT saved_answer_key UNIQUE (actor, key);
ALTER TABLE delivery_report ADD CONSTRAINT delivery_report_once UNIQUE (carrier_id, status);
ALTER TABLE prompt ADD CONSTRAINT prompt_once UNIQUE NULLS NOT DISTINCT (rule, moment, ticket, piece);

-- One text per event, person and channel (RELIABILITY TX-1).
ALTER TABLE message ADD CONSTRAINT message_once UNIQUE (ticket, event, channel, recipient);

-- Indexes ------------------------------------------------------------------------------------------
CREATE INDEX phone_customer ON phone (customer);
CREATE INDEX phone_number ON phone (number);
CREATE INDEX phone_fragment ON phone USING gin (number gin_trgm_ops);
CREATE INDEX customer_household ON customer (household) WHERE household IS NOT NULL;
CREATE INDEX customer_last_name ON customer (plain(last_name) text_pattern_ops, id);
CREATE INDEX customer_first_name ON customer (plain(first_name) text_pattern_ops, id);
CREATE INDEX customer_name ON customer USING gin (plain(first_name || ' ' || last_name) gin_trgm_ops);
CREATE INDEX customer_email ON customer (lower(email) text_pattern_ops) WHERE email <> '';
CREATE INDEX consent_number ON consent (number, id DESC);
CREATE INDEX ownership_piece ON ownership (piece);
CREATE INDEX ownership_customer ON ownership (customer);
CREATE INDEX stone_piece ON stone (piece);
CREATE INDEX piece_serial ON piece (upper(serial)) WHERE serial <> '';

CREATE UNIQUE INDEX price_item_active ON price_item (shop, code) WHERE active_to IS NULL;

CREATE INDEX ticket_open_customer ON ticket (customer) WHERE closed_at IS NULL;
CREATE INDEX ticket_open_owner ON ticket (owner) WHERE closed_at IS NULL AND owner IS NOT NULL;
CREATE INDEX ticket_customer ON ticket (customer, id DESC);
CREATE INDEX ticket_shop ON ticket (shop, id DESC);

CREATE INDEX envelope_ticket ON envelope (ticket);
CREATE INDEX envelope_piece ON envelope (piece, id DESC);
CREATE INDEX envelope_open ON envelope (shop, stage, is_rush DESC, promise_on, id) WHERE stage <> 'picked_up';
-- Rush first as an expression: then the queue's order is all ascending, and a page begins at a row.
CREATE INDEX envelope_bench ON envelope (shop, (NOT is_rush), bench_due, id)
    WHERE stage IN ('received', 'approved', 'in_queue', 'at_bench');
CREATE INDEX envelope_jeweler ON envelope (jeweler, is_rush DESC, bench_due, id)
    WHERE stage IN ('approved', 'in_queue', 'at_bench');

CREATE INDEX envelope_promised ON envelope (shop, promise_on);

CREATE INDEX task_envelope ON task (envelope);
CREATE INDEX estimate_waiting ON estimate (expires_at) WHERE state = 'sent';
CREATE INDEX payment_ticket ON payment (ticket);
CREATE INDEX event_ticket ON event (ticket, id) WHERE ticket IS NOT NULL;
CREATE INDEX event_envelope ON event (envelope, id) WHERE envelope IS NOT NULL;
CREATE INDEX event_piece ON event (piece, id) WHERE piece IS NOT NULL;
CREATE INDEX event_customer ON event (customer, id) WHERE customer IS NOT NULL;
CREATE INDEX event_today ON event (shop, at, name);

CREATE INDEX photo_envelope ON photo (envelope_code, taken_at) WHERE removed_at IS NULL;
CREATE INDEX photo_unstored ON photo (taken_at) WHERE state <> 'stored';
CREATE INDEX photo_key ON photo (key);
CREATE INDEX photo_thumb_key ON photo (thumb_key);
CREATE INDEX intake_draft_open ON intake_draft (shop, changed_at DESC) WHERE ticket_number IS NULL;

CREATE INDEX message_work ON message (created_at) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX message_carrier ON message (carrier_id) WHERE carrier_id <> '';
CREATE INDEX message_shop ON message (shop, created_at DESC, id);
CREATE INDEX message_trouble ON message (shop, created_at)
    WHERE seen_at IS NULL AND state IN ('unknown', 'failed', 'undelivered', 'refused', 'parked');
CREATE INDEX message_ticket ON message (ticket, created_at);
CREATE INDEX message_customer ON message (customer, created_at);
CREATE INDEX message_recipient ON message (recipient, created_at DESC);
CREATE UNIQUE INDEX reminder_open ON reminder (plan, piece) WHERE state IN ('due', 'queued');
CREATE INDEX reminder_due ON reminder (due_on) WHERE state = 'due';
CREATE INDEX reminder_piece ON reminder (piece);
CREATE INDEX print_job_work ON print_job (created_at) WHERE state IN ('queued', 'sending');
CREATE INDEX print_job_trouble ON print_job (shop, created_at) WHERE state IN ('unknown', 'failed');
CREATE INDEX print_job_ticket ON print_job (ticket);
CREATE INDEX session_staff ON session (staff) WHERE ended_at IS NULL;

-- Append-only: history, consent, money and signatures are never rewritten, whoever asks ------------
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are append-only.', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['event', 'consent', 'payment', 'signature'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()', history);
        EXECUTE format('CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()', history);
    END LOOP;
END $$;

-- The application acts under a role of its own; only migrations act as the owner -------------------
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'workshop_app') THEN
        CREATE ROLE workshop_app NOLOGIN;
    END IF;
    EXECUTE format('GRANT workshop_app TO %I', current_user);
END $$;
GRANT USAGE ON SCHEMA public TO workshop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO workshop_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO workshop_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO workshop_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO workshop_app;
REVOKE UPDATE, DELETE, TRUNCATE ON event, consent, payment, signature FROM workshop_app;
