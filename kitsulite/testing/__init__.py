"""Tools for testing programs that talk to Kitsu."""
