-- The line of time reads what it tells and nothing else: the other rows of history are not in its way.
-- The lists of names are those of intake/timeline_sql.py; a test shows that these indexes are what it reads.
DROP INDEX event_customer;
CREATE INDEX event_told ON event (customer, at DESC, id DESC)
    WHERE customer IS NOT NULL AND (name <> 'moved' OR to_stage = 'picked_up') AND name IN (
        'taken_in', 'moved', 'promise_changed', 'collector_added', 'pickup_refused', 'collection_letter', 'said_not_me',
        'estimate_sent', 'estimate_approved', 'estimate_declined', 'paid', 'refunded', 'discount_given',
        'discount_taken_back', 'fee_charged', 'fee_waived', 'receipt_sent', 'wish_noted', 'wish_bought', 'wish_done',
        'piece_passed_on', 'piece_left');
CREATE INDEX event_person ON event (customer, at DESC, id DESC)
    WHERE customer IS NOT NULL AND ticket IS NULL AND piece IS NULL;
CREATE INDEX message_spoken ON message (customer, created_at DESC, id DESC) WHERE channel IN ('call', 'visit');
CREATE INDEX customer_note_at ON customer_note (customer, at DESC, id DESC) WHERE removed_at IS NULL;

-- Whose rows move when two records are merged is found by an index, however many there are.
CREATE INDEX sale_gifter ON sale (gifter) WHERE gifter IS NOT NULL;
CREATE INDEX piece_collector_customer ON piece_collector (customer) WHERE customer IS NOT NULL;
CREATE INDEX piece_collector_said_by ON piece_collector (said_by) WHERE said_by IS NOT NULL;

-- Names are looked up where search keeps them.
DROP FUNCTION customers_named_like(text, integer);
