"""Money owed, taken, returned, and counted in the drawer."""
