"""Imports and exports: CSV sheets, edit lists, Shotgun, other Kitsu servers."""
