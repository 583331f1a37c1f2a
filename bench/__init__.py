"""The bench: queue, scans, quality check, wall display."""
