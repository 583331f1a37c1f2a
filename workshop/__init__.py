"""The shared record of a jeweler's workshop, and the app that joins everything."""
