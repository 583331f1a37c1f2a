"""What needs somebody: alarms by rule, what is stuck, and acts on many pieces at once."""
