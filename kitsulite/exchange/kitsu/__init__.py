"""Exchange with other Kitsu servers: pull, push, bulk imports."""
