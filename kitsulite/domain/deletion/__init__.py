"""Deleting rows together with everything that depends on them."""
