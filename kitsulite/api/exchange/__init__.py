"""Routes of exports and imports."""
