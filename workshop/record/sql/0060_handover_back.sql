-- The line of time tells that a hand-over was taken back: as EVENTS of intake/timeline_sql.py has the names.
DROP INDEX event_told;
CREATE INDEX event_told ON event (customer, at DESC, id DESC)
    WHERE customer IS NOT NULL AND (name <> 'moved' OR to_stage = 'picked_up') AND name IN (
        'taken_in', 'moved', 'promise_changed', 'collector_added', 'pickup_refused', 'collection_letter', 'said_not_me',
        'handover_taken_back', 'estimate_sent', 'estimate_approved', 'estimate_declined', 'paid', 'refunded',
        'discount_given', 'discount_taken_back', 'fee_charged', 'fee_waived', 'receipt_sent', 'wish_noted',
        'wish_bought', 'wish_done', 'piece_passed_on', 'piece_left');
