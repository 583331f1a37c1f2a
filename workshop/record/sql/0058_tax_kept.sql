-- A ticket keeps the rates it was signed under as a copy: a rate changed in the afternoon, or a shop's zone put right,
-- must not move by a cent what was taken in, agreed and paid in the morning.
ALTER TABLE ticket ADD COLUMN tax_rates JSONB NOT NULL DEFAULT '{}';
UPDATE ticket k SET tax_rates = kept.rates
FROM (SELECT t.id, jsonb_object_agg(r.tax_class, r.rate_per_100k) AS rates
      FROM ticket t JOIN shop s ON s.id = t.shop JOIN tax_rate r ON r.shop = t.shop
      AND r.valid_from <= (t.taken_in_at AT TIME ZONE s.zone)::date
      AND (r.valid_to IS NULL OR r.valid_to >= (t.taken_in_at AT TIME ZONE s.zone)::date) GROUP BY t.id) kept
WHERE kept.id = k.id;
