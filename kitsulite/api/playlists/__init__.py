"""Playlists: reviews, builds, exports, share links and their guests."""
