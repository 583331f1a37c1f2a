"""Work at the bench: scans, who does what when, time, material, watches, proofs."""
