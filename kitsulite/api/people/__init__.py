"""Persons, departments, days off, salary scales, the organisation."""
