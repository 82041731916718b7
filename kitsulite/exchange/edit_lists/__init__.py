"""Edit lists: which shots a cut holds, where and how long."""
