"""Photos of pieces: evidence of how a piece came in, what was found and how it left."""
