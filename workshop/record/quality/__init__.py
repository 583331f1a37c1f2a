"""The gate before a piece is ready: the list, the taps, the figures, and what a pass froze."""
