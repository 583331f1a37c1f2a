-- What a wall display shows: the whole shop, one person's work or one kind of work; dark, light or by the hour.
ALTER TABLE access_token ADD COLUMN view VARCHAR(8) NOT NULL DEFAULT 'shop' CHECK (view IN ('shop', 'person', 'skill'));
ALTER TABLE access_token ADD COLUMN view_staff INTEGER REFERENCES staff (id);
ALTER TABLE access_token ADD COLUMN view_skill VARCHAR(20) NOT NULL DEFAULT '';
ALTER TABLE access_token ADD COLUMN theme VARCHAR(8) NOT NULL DEFAULT 'dark' CHECK (theme IN ('dark', 'light', 'day'));
