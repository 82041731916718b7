"""The event log: permissions and filters.

To catch up without loss, a client remembers the id of the last event it has seen and asks for those committed after
it (`after_event_id`): oldest first, each event once.
"""

import itertools
import json
import re

from kitsulite.domain import access
from kitsulite.errors import BadParameter
from kitsulite.models.activity import ApiEvent
from kitsulite.models.base import json_object
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import Condition
from kitsulite.store.statements import in_order, marks

#: events after which there is a file to fetch
FILE_EVENTS = ("preview-file:add-file", "organisation:set-thumbnail", "person:set-thumbnail", "project:set-thumbnail")
NAME_PART = re.compile(r"[a-z0-9-]+")
MOST = 1000
#: most values whose events one statement merges: SQLite accepts 500 parts
MERGED = 400
SHOWN = json_object(
    {
        "id": "id",
        "created_at": "substr(api_event.created_at,1,19)",
        "name": "name",
        "user_id": "user_id",
        "project_id": "project_id",
        "data": "json(data)",
    }
)


def last(ctx, project_id=None, limit=100, after_event_id=None, name_prefixes=(), name_suffixes=(), **filters):
    """Events as JSON in bytes, newest first, or oldest first after a given one, for a person who may read the log."""
    if limit < 0:
        raise BadParameter("limit must not be negative.")
    names = fitting_names(
        ctx, filters.pop("name", None), filters.pop("only_files", False), name_prefixes, name_suffixes
    )
    persons = person_ids(filters.pop("person_ids", ()))
    condition = in_period(ctx, **filters)
    if not project_id and not ctx.is_admin:
        own_projects = "SELECT project_id FROM project_person_link WHERE person_id = ?"
        condition.add(f"+project_id IN ({own_projects})", [ctx.person_id])
    # of the columns that events are asked by, one has its index walked: see `newest`
    walked = {"user_id": persons, "name": names, "project_id": [project_id.lower()] if project_id else None}
    column = next((name for name, values in walked.items() if values is not None), None)
    for name, values in walked.items():
        if values is not None and (name != column or after_event_id):
            condition.add(f"+{name} IN (SELECT value FROM json_each(?))", [json.dumps(values)])
    limit = min(limit, MOST)
    if after_event_id:
        condition.add("rowid > (SELECT rowid FROM api_event WHERE id = ?)", [known_event(ctx, after_event_id)])
        source = in_order("api_event", condition.sql, "rowid", most="?")
        return ctx.db.json_array(SHOWN, source, [*condition.params, limit])
    return newest(ctx, condition, column, walked[column] if column else None, limit)


def newest(ctx, condition, column, values, limit):
    """The newest matching events, merged from the events of each value of a column, which are in order of time."""
    if values == []:
        return b"[]"
    if values is None or len(values) > MERGED:
        one, values = f"{f'{column} IN ({marks(values)})' if values else 1} AND {condition.sql}", [values or []]
    else:
        one, values = f"{column} = ? AND {condition.sql}", [[value] for value in values]
    places = " UNION ALL ".join([f"SELECT created_at, rowid AS place FROM api_event WHERE {one}"] * len(values))
    params = itertools.chain.from_iterable([*value, *condition.params] for value in values)
    newest = f"{places} ORDER BY created_at DESC, place DESC LIMIT ?"
    source = f"FROM ({newest}) newest CROSS JOIN api_event ON api_event.rowid = newest.place"
    return ctx.db.json_array(SHOWN, source, [*params, limit])


def require_reader(ctx, project_id):
    """Require an admin, a global manager for their own projects, or a manager of the project."""
    if project_id and not is_id(project_id):
        raise BadParameter(f"Invalid UUID value: {project_id}")
    if ctx.is_admin:
        return
    exists = project_id and ctx.db.value("SELECT 1 FROM project WHERE id = ?", [project_id.lower()])
    ctx.require(not project_id or exists)
    member = access.membership(ctx, project_id)
    ctx.require(member.is_manager or (ctx.global_role == "manager" and (member.in_team or not project_id)))


def fitting_names(ctx, name, only_files, prefixes, suffixes):
    """The matching names in the log, None for all."""
    for kind, values in (("name_prefixes", prefixes), ("name_suffixes", suffixes)):
        if not all(NAME_PART.fullmatch(value) for value in values):
            raise BadParameter(f"The {kind} parameter contains an invalid value")
    if not (name or only_files or prefixes or suffixes):
        return None
    matching = [name] if name else FILE_EVENTS if only_files else names(ctx)
    matching = [event for event in matching if not only_files or event in FILE_EVENTS]
    starts, ends = tuple(f"{prefix}:" for prefix in prefixes), tuple(f":{suffix}" for suffix in suffixes)
    return [e for e in matching if (not starts or e.startswith(starts)) and (not ends or e.endswith(ends))]


def person_ids(ids):
    """The ids of persons in lower case, None without ids."""
    if not all(map(is_id, ids)):
        raise BadParameter("The person_ids parameter contains an invalid value")
    return [person_id.lower() for person_id in ids] or None


def in_period(ctx, after=None, before=None, cursor_event_id=None):
    """The condition for a period."""
    condition = Condition()
    for moment, sql in ((after, "created_at > ?"), (before, "created_at < ?")):
        if moment:
            condition.add(sql, [moment])
    if cursor_event_id:
        older = "(created_at, rowid) < (SELECT created_at, rowid FROM api_event WHERE id = ?)"
        condition.add(older, [known_event(ctx, cursor_event_id)])
    return condition


def known_event(ctx, event_id):
    """The id of an event, which must be in the log."""
    if not is_id(event_id) or not ctx.db.exists(ApiEvent, id=event_id.lower()):
        raise BadParameter(f"No event with id {event_id} found.")
    return event_id.lower()


def names(ctx):
    """All names in the log, sorted, with one index lookup each."""
    return ctx.db.column(
        "WITH RECURSIVE found (name) AS (SELECT min(name) FROM api_event UNION ALL"
        " SELECT (SELECT min(name) FROM api_event WHERE name > found.name) FROM found WHERE found.name IS NOT NULL)"
        " SELECT name FROM found WHERE name IS NOT NULL"
    )
