"""The shop itself: how it is set up, who works here, and a manager's word."""
