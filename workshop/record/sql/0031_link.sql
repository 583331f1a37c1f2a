-- Somebody said that a customer's page is not theirs: it opens no more until a colleague has looked.
ALTER TABLE ticket ADD COLUMN link_closed_at TIMESTAMPTZ;
