"""File trees, working files, output files, and stored files."""
