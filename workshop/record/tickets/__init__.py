"""A visit from taking in to handing back: tickets, envelopes, estimates, and what is said about them."""
