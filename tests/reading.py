"""What a page tells a person: its words without the random codes that may hold any short run of digits by chance."""

import re

# Tokens, codes, keys and build names; the part of a second in a moment. No secret of a test looks like these.
RANDOM = re.compile(r"[\w-]{16,}[$%*+./:]?|(?<=:\d\d)\.\d+")


def without_codes(text: str) -> str:
    """The text with every long code and every part of a second taken out, so that chance tells no secret."""
    return RANDOM.sub("…", text)
