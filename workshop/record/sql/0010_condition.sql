-- Condition and stones marked on the picture. `marks` holds the marks as before, each now with its
-- place on a picture; what follows stands beside it.
ALTER TABLE envelope
    ADD COLUMN stone_points JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN mark_frames JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN found_marks JSONB NOT NULL DEFAULT '[]';
