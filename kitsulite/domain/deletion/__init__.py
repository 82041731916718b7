"""Deletion of rows with everything that depends on them."""
