"""Sheets of rows as CSV: their text, and the exports of projects and of the studio."""
