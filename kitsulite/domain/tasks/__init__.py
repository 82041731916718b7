"""Tasks: creation, assignment, status, reviews, lists of work."""
