"""Imports from a Shotgun (ShotGrid) site, by the ids of its rows."""
