"""What work costs and why: the book, packages, rush, discounts, tax."""
