-- A word of thanks some days after the visit, and the customer's one tap on whether all was well.
ALTER TABLE shop ADD COLUMN thanks_days SMALLINT NOT NULL DEFAULT 3 CHECK (thanks_days BETWEEN 0 AND 30);
ALTER TABLE ticket ADD COLUMN was_well BOOLEAN;
ALTER TABLE ticket ADD COLUMN was_well_at TIMESTAMPTZ;
CREATE INDEX ticket_closed ON ticket (shop, closed_at) WHERE closed_at IS NOT NULL;
