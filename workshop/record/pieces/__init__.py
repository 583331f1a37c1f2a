"""Pieces for life: what they are, whose they were, what was said of them and on what ground."""
