-- Each rung once for a readiness, not for ever: another piece of the ticket that is ready later has its own ladder.
ALTER TABLE collection_notice ADD COLUMN since TIMESTAMPTZ;
DROP INDEX collection_notice_step;
CREATE UNIQUE INDEX collection_notice_step ON collection_notice (ticket, step, since) WHERE kind = 'text';

-- When a piece came home from another shop.
CREATE INDEX transfer_piece_received ON transfer_piece (envelope) WHERE state = 'received';
