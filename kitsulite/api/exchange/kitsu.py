"""Bulk imports: rows of another Kitsu server, with their ids."""

from kitsulite.api.policies import signed_in
from kitsulite.errors import BadParameter
from kitsulite.exchange.kitsu import imports
from kitsulite.web.request import boolean
from kitsulite.web.route import post

IMPORT = "/import/kitsu/"


@post(IMPORT + "projects", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "entities", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "entity-links", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "tasks", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "comments", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "preview-files", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "time-spents", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "subscriptions", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "notifications", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "news", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "playlists", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "metadata-descriptors", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "schedule-items", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "milestones", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "build-jobs", allow=signed_in, bulk=True, transaction=False)
@post(IMPORT + "attachment-files", allow=signed_in, bulk=True, transaction=False)
def import_rows(ctx):
    """Import rows with their ids, without events if `silent=true`; only those that an admin sends are stored."""
    entries = ctx.request.strict_json()
    if not isinstance(entries, list):
        raise BadParameter("A list of entities is expected.")
    # programs that push as another person rely on an empty list
    if not ctx.is_admin:
        return []
    kind = ctx.request.path.rpartition("/")[2]
    return imports.run(ctx, kind, entries, boolean(ctx.request.query.get("silent", "")) is True)
