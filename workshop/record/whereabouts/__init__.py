"""Where every piece is and who answers for it: places, counts, vendors, transfers, liability."""
