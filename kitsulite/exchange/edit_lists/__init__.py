"""Edit lists: the shots in a cut, with their places and lengths."""
