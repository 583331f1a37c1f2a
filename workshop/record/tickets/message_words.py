"""How a text is called on our screens, and how it stands. The words customers read are in notifications/texts."""

# States of what did not get through, or may not be sent: the one list, for the texts' page, the desk, the alarms and
# the calls to make alike. As the partial index of the table says it.
UNSAID = ("unknown", "parked", "refused", "blocked", "opted_out", "canceled", "undelivered", "failed")
TROUBLE = ", ".join(f"'{state}'" for state in UNSAID)  # as SQL
# SQL: a message m that did not get through, and that nobody has seen to yet.
NOT_THROUGH = f"m.seen_at IS NULL AND m.state IN ({TROUBLE})"

TITLES = {
    "taken_in": "Taken in", "estimate_ready": "Estimate", "estimate_reminder": "Estimate, again",
    "proof_ready": "Proof of an engraving",
    "approved": "Approved", "ready_for_pickup": "Ready to collect", "returned_unrepaired": "Ready, unrepaired",
    "promise_moved": "New promise date", "not_collected": "Not collected", "thank_you": "Thank you",
    "cleaning_reminder": "Care reminder", "stop_confirmation": "STOP confirmed",
    "start_confirmation": "START confirmed", "help_answer": "Answer to HELP",
    "pickup_code": "Code to collect", "not_me": "Not their number", "receipt": "Receipt",
    "page_note": "Written on their page", "reply": "Our answer", "not_well": "Not happy",
}  # fmt: skip
STANDS = {
    "pending": "Waiting to be sent",
    "sending": "Being sent",
    "unknown": "We don't know if it arrived",
    "parked": "Needs a person",
    "refused": "Could not text",
    "superseded": "Not sent: no longer true",
    "opted_out": "Not sent: asked for no texts",
    "blocked": "Not sent: no permission to text",
    "shown": "On the screen only",
    "accepted": "On its way",
    "queued": "On its way",
    "leaving": "On its way",
    "sent": "Sent, not confirmed",
    "delivered": "Arrived",
    "read": "Read",
    "canceled": "Could not text",
    "undelivered": "Could not text",
    "failed": "Could not text",
    "handled": "Customer told another way",
    "received": "From the customer",
}
