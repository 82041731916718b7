"""The log of events: permissions and filters.

To catch up without loss, a client remembers the id of the last event it has seen and asks
for what was committed after it (`after_event_id`): oldest first, each event once.
"""

import re

from kitsulite.domain import access
from kitsulite.errors import BadParameter
from kitsulite.models.activity import ApiEvent
from kitsulite.models.base import json_object
from kitsulite.models.fields import is_id
from kitsulite.store.database import marks

#: events after which a client has a file to fetch
FILE_EVENTS = ("preview-file:add-file", "organisation:set-thumbnail", "person:set-thumbnail", "project:set-thumbnail")
NAME_PART = re.compile(r"[a-z0-9-]+")
MOST = 1000
SHOWN = json_object(
    {
        "id": "id",
        "created_at": "substr(created_at,1,19)",
        "name": "name",
        "user_id": "user_id",
        "project_id": "project_id",
        "data": "json(data)",
    }
)


def last(ctx, project_id=None, limit=100, after_event_id=None, **filters):
    """Events as JSON, newest first, or oldest first after a given one, for a person who may read the log."""
    if limit < 0:
        raise BadParameter("limit must not be negative.")
    parts, params = conditions(filters)
    if project_id:
        parts.append("project_id = ?")
        params.append(project_id.lower())
    elif not ctx.is_admin:
        parts.append("project_id IN (SELECT project_id FROM project_person_link WHERE person_id = ?)")
        params.append(ctx.person_id)
    if after_event_id:
        parts.append("rowid > (SELECT rowid FROM api_event WHERE id = ?)")
        params.append(known_event(ctx, after_event_id))
    if filters.get("cursor_event_id"):
        parts.append("(created_at, rowid) < (SELECT created_at, rowid FROM api_event WHERE id = ?)")
        params.append(known_event(ctx, filters["cursor_event_id"]))
    order = "rowid" if after_event_id else "created_at DESC, rowid DESC"
    sql = f"SELECT {SHOWN} FROM api_event WHERE {' AND '.join(parts) or '1'} ORDER BY {order} LIMIT ?"
    return ctx.db.json_list(sql, [*params, min(limit, MOST)])


def require_reader(ctx, project_id):
    """Admins, global managers of their own projects, and the managers of the named project."""
    if project_id and not is_id(project_id):
        raise BadParameter(f"Invalid UUID value: {project_id}")
    if ctx.is_admin:
        return
    known = project_id and ctx.db.value("SELECT 1 FROM project WHERE id = ?", [project_id.lower()])
    ctx.require(not project_id or known)
    member = access.membership(ctx, project_id)
    ctx.require(member.is_manager or (ctx.global_role == "manager" and (member.in_team or not project_id)))


def conditions(filters):
    """SQL conditions and parameters of the filters that need no look into the database."""
    parts, params = [], []
    for name, sql in (("after", "created_at > ?"), ("before", "created_at < ?"), ("name", "name = ?")):
        if filters.get(name):
            parts.append(sql)
            params.append(filters[name])
    if filters.get("only_files"):
        parts.append(f"name IN ({marks(FILE_EVENTS)})")
        params.extend(FILE_EVENTS)
    for name, pattern in (("name_prefixes", "{}:%"), ("name_suffixes", "%:{}")):
        values = filters.get(name) or []
        if not all(NAME_PART.fullmatch(value) for value in values):
            raise BadParameter(f"The {name} parameter contains an invalid value")
        if values:
            parts.append("(" + " OR ".join(["name LIKE ?"] * len(values)) + ")")
            params.extend(pattern.format(value) for value in values)
    persons = filters.get("person_ids") or []
    if not all(map(is_id, persons)):
        raise BadParameter("The person_ids parameter contains an invalid value")
    if persons:
        parts.append(f"user_id IN ({marks(persons)})")
        params.extend(person_id.lower() for person_id in persons)
    return parts, params


def known_event(ctx, event_id):
    """The id of an event that is in the log."""
    if not is_id(event_id) or not ctx.db.exists(ApiEvent, id=event_id.lower()):
        raise BadParameter(f"No event with id {event_id} found.")
    return event_id.lower()


def names(ctx):
    """All names that the log holds, sorted."""
    return ctx.db.column("SELECT DISTINCT name FROM api_event ORDER BY name")
