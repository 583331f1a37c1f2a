"""History that proves itself, and what is shown when it must be."""
