"""What the shop prints: labels, claim checks, cards and receipts, and the printers they go to."""
