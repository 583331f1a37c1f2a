-- A display is paired by a short code that a TV's remote control can type: for a quarter of an hour, and once.
ALTER TABLE access_token ADD COLUMN pairing_hash varchar(64) NOT NULL DEFAULT '',
    ADD COLUMN pairing_until timestamptz;
CREATE UNIQUE INDEX access_token_pairing ON access_token (pairing_hash) WHERE pairing_hash <> '';
