"""Rows that come from another Kitsu server, or go to one."""
