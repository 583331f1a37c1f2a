"""People: who they are, how they belong together, what was said, what they bought."""
