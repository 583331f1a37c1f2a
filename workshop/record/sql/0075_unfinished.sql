-- What a lost job left undone is found again by looking at the rows: next visits to plan, acts on many pieces, mails.
ALTER TABLE envelope ADD COLUMN visit_to_plan BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX envelope_visit_to_plan ON envelope (id) WHERE visit_to_plan;
CREATE INDEX bulk_act_unfinished ON bulk_act (at) WHERE finished_at IS NULL;
CREATE INDEX alarm_mail_open ON alarm_mail (at) WHERE state IN ('queued', 'sending');
