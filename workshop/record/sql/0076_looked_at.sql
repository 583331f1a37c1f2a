-- Rounds over much work begin with what was longest not looked at: what cannot be helped stands in nobody's way.
ALTER TABLE envelope ADD COLUMN share_looked_at TIMESTAMPTZ;
CREATE INDEX reminder_to_look_at ON reminder (looked_at NULLS FIRST, due_on, id) WHERE state = 'due';
