-- What needs a person: texts that did not get through or may not be sent, and replies nobody has read.
DROP INDEX message_trouble;
CREATE INDEX message_trouble ON message (shop, created_at) WHERE seen_at IS NULL AND (direction = 'in'
    OR state IN ('unknown', 'parked', 'refused', 'blocked', 'opted_out', 'canceled', 'undelivered', 'failed'));

-- A prompt is open once; what was answered stays as history and may be asked again at a later visit.
ALTER TABLE prompt DROP CONSTRAINT prompt_once;
CREATE UNIQUE INDEX prompt_open ON prompt (rule, moment, ticket, piece, customer) NULLS NOT DISTINCT
    WHERE state IN ('shown', 'later');
CREATE INDEX prompt_ticket ON prompt (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX prompt_customer ON prompt (customer, created_at);
CREATE INDEX reminder_customer ON reminder (customer) WHERE state IN ('due', 'queued');
CREATE INDEX reminder_queued ON reminder (message) WHERE state = 'queued';
