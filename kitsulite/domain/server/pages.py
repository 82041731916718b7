"""What the pages of the server itself show."""

import json

#: name of the file in the data folder of a demo studio that says whom to sign in as
DEMO_NOTE = "demo.json"


def demo(ctx):
    """Whom to sign in as in a demo studio: `people`, and the `password` of all if it may be told; else None."""
    try:
        return json.loads((ctx.app.folder / DEMO_NOTE).read_text())
    except (OSError, ValueError):
        return None
