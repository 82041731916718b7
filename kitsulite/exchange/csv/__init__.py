"""Sheets of rows as CSV: their text, and the exports of productions and of the studio."""
