"""The event log, for programs that keep another system up to date."""

from kitsulite.api.policies import Policy, manager
from kitsulite.domain.server import event_log
from kitsulite.web.fields import Int, List, Moment, Str, Truth
from kitsulite.web.route import get


def require_reader(ctx, path):
    event_log.require_reader(ctx, ctx.request.argument("project_id"))


@get(
    "/data/events/last",
    allow=Policy("admin, or manager of the project or of some project", require_reader),
    allow_first=True,
    args={
        "after": Moment(),
        "before": Moment(),
        "only_files": Truth(),
        "cursor_event_id": Str(),
        "after_event_id": Str(),
        "limit": Int(default=100),
        "project_id": Str(),
        "name": Str(),
        "name_prefixes": List(Str(required=True), default=list),
        "name_suffixes": List(Str(required=True), default=list),
        "person_ids": List(Str(required=True), default=list),
    },
)
def last_events(ctx, **filters):
    """Events of the log, newest first, at most 1000.

    `cursor_event_id` continues with older ones. To catch up without loss, remember the id of the last event that you
    have seen and ask with `after_event_id`: the answer has the events committed after it, oldest first; repeat with
    the last id until it is empty.
    """
    return event_log.last(ctx, **filters)


@get("/data/events/names", allow=manager)
def event_names(ctx):
    """The names of all events in the log."""
    return event_log.names(ctx)
