"""`get` and `routes`: the API on the command line."""

import sys

from kitsulite.cli.calls import call
from kitsulite.cli.command import command, opened, option


@command(
    "get",
    option("path", help="path and query, without /api"),
    option("--as", dest="email", metavar="EMAIL", help="the caller; by default the first administrator"),
)
def get(args):
    """Print the answer of the API to a GET, without a running server.

    The exit code is 1 if the API refuses.

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


@command("routes", option("text", nargs="?", default="", help="only routes with this text in their line"))
def routes(args):
    """List the routes: method, path, and who may call them.

    kitsulite routes
    kitsulite routes playlists
    """
    from kitsulite.application import declared_routes

    for route in sorted(declared_routes(), key=lambda route: (route.rule, route.method)):
        line = f"{route.method:7}{route.rule}  ({route.allow})"
        if args.text in line:
            print(line)
