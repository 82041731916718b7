"""The server itself: status, events, search, plugins, API description."""
