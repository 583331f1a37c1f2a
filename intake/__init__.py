"""The counter: look up, take in, estimate, hand over."""
