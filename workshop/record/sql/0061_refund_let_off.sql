-- Money given back for good is not owed again: what of a refund the shop lets off, with tax.
ALTER TABLE payment ADD COLUMN let_off_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD CONSTRAINT payment_let_off CHECK (let_off_cents = 0 OR let_off_cents BETWEEN 0 AND -amount_cents);
