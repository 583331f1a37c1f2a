"""What the shop says to its customers, and what they say back."""
