-- A long history is walked whole once a week, and each night from where the last proof ended.
ALTER TABLE chain_check ADD COLUMN walked_from bigint NOT NULL DEFAULT 0;
