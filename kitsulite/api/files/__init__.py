"""Routes of file trees, working files and output files."""
