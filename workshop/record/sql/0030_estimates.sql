-- Estimates: how long they hold, when customers are reminded, what a refused one costs, and what was said.
ALTER TABLE shop ADD COLUMN estimate_days SMALLINT NOT NULL DEFAULT 14;
ALTER TABLE shop ADD COLUMN estimate_remind_days JSONB NOT NULL DEFAULT '[2, 6]';
ALTER TABLE shop ADD COLUMN decline_fee_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE estimate ADD COLUMN reminded SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE estimate ADD COLUMN photos JSONB NOT NULL DEFAULT '[]';
ALTER TABLE estimate ADD COLUMN spoken_number VARCHAR(20) NOT NULL DEFAULT '';
ALTER TABLE estimate ADD COLUMN said VARCHAR(300) NOT NULL DEFAULT '';
CREATE INDEX estimate_sent ON estimate (sent_at) WHERE state = 'sent';

-- A version that went out never changes again: only its answer is written beside it.
CREATE FUNCTION refuse_changing_estimate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.envelope, NEW.version, NEW.lines, NEW.subtotal_cents, NEW.tax_cents, NEW.total_cents, NEW.note, NEW.photos)
        IS DISTINCT FROM
       (OLD.envelope, OLD.version, OLD.lines, OLD.subtotal_cents, OLD.tax_cents, OLD.total_cents, OLD.note, OLD.photos)
    THEN
        RAISE EXCEPTION 'An estimate that was sent is append-only.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sent_is_sent BEFORE UPDATE ON estimate
    FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION refuse_changing_estimate();
CREATE TRIGGER estimates_stay BEFORE DELETE ON estimate
    FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION refuse_rewriting();
