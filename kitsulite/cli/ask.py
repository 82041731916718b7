"""`get` and `routes`: the API from the command line."""

import sys

from kitsulite.cli.command import command, opened, option
from kitsulite.cli.local import call


@command(
    "get",
    option("path", help="path with its query, without /api"),
    option("--as", dest="email", metavar="EMAIL", help="who asks; by default the first administrator"),
)
def get(args):
    """Print what the API answers to a GET, without a port.

    Exit code 1 if it refuses.

    kitsulite get /data/projects/open
    kitsulite get "/data/tasks?project_id=..." --as ann@studio.com
    """
    from kitsulite.context import Context
    from kitsulite.domain.sign_in import accounts

    with opened(args) as app:
        ctx = Context(app)
        person = accounts.by_email(ctx, args.email) if args.email else accounts.an_administrator(ctx)
        answer = call(app, "GET", "/" + args.path.removeprefix("/api").lstrip("/"), person)
        sys.stdout.buffer.write(answer.content)
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            sys.stdout.buffer.write(b"\n")
        sys.stdout.flush()
        return int(answer.status >= 400)


@command("routes", option("text", nargs="?", default="", help="only routes whose line holds this text"))
def routes(args):
    """List the routes: method, path, who may call it.

    kitsulite routes
    kitsulite routes playlists
    """
    from kitsulite.application import declared_routes

    for route in sorted(declared_routes(), key=lambda route: (route.rule, route.method)):
        line = f"{route.method:7}{route.rule}  ({route.allow})"
        if args.text in line:
            print(line)
