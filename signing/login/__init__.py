"""The ways to show who you are at the desk: each kind in the file of its own library."""
