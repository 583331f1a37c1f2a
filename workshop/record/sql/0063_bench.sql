-- A clock that ran into the night was stopped for somebody, who is asked about it in the morning.
ALTER TABLE work_span ADD COLUMN is_guessed BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX work_span_guessed ON work_span (staff) WHERE is_guessed;

-- Who asked for a piece reads the answer on their screen for some minutes.
CREATE INDEX handover_ask_answered ON handover_ask (asker, answered_at) WHERE answer IN ('given', 'kept');

-- Old scans go after a while.
CREATE INDEX scan_received ON scan (received_at);
