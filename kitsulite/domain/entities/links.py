"""The links between entities of a project, as programs that copy the project read them."""

from kitsulite.domain.entities import casting
from kitsulite.errors import BadParameter
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.fields import BadValue
from kitsulite.models.projects import Project
from kitsulite.store.conditions import Condition
from kitsulite.store.database import JsonText

TABLES = "entity_link l"
IN_PROJECT = "l.entity_in_id IN (SELECT e.id FROM entity e WHERE e.project_id = ?)"
#: the same, for lookups link by link
IS_IN_PROJECT = "(SELECT e.project_id FROM entity e WHERE e.id = l.entity_in_id) = ?"
BY_CREATION = "l.created_at, l.id"
LINK = parts(EntityLink, "l")
#: moments in full precision, so that a copy can ask for newer links
EXACT = {**LINK, "created_at": "l.created_at", "updated_at": "l.updated_at"}
SHORT = {name: sql for name, sql in EXACT.items() if name != "updated_at"}


def listing(ctx, project_id, page=-1, limit=0, after=None):
    """The links by creation: a page, those created after a moment, or all."""
    project_id = ctx.db.require(Project, project_id)
    if page >= 1:
        if limit < 0:
            raise BadParameter("limit must not be negative.")
        limit = limit or ctx.settings.nb_records_per_page
        condition, walked = (Condition(sql, [project_id]) for sql in (IN_PROJECT, IS_IN_PROJECT))
        total = total_of(ctx, project_id)
        return ctx.db.json_page(json_object(LINK), TABLES, condition, BY_CREATION, page, limit, walked, total)
    if after is not None:
        return newer(ctx, project_id, after, limit)
    condition = Condition(IN_PROJECT, [project_id])
    return ctx.db.json_stream(SHORT, TABLES, condition, BY_CREATION, limit or -1, total_of(ctx, project_id))


def total_of(ctx, project_id):
    return ctx.db.counted("entity_link", Condition("project_id = ?", [project_id]))


def newer(ctx, project_id, after, limit):
    """The links created after a moment, and the number of all links of the project."""
    try:
        moment = EntityLink.created_at.convert(after)
    except BadValue as error:
        raise BadParameter(str(error)) from None
    condition = f"{IN_PROJECT} AND l.created_at > ? ORDER BY l.created_at, l.updated_at, l.id LIMIT ?"
    sql = f"SELECT {json_object(EXACT)} FROM {TABLES} WHERE {condition}"
    rows = ctx.db.json_list(sql, [project_id, moment, limit or -1])
    return JsonText(f'{{"data":{rows},"total":{total_of(ctx, project_id)},"limit":{limit}}}')


def remove(ctx, project_id, link_id):
    """Delete a link of a project and return it; raises Forbidden for one of another project."""
    link = ctx.db.get(EntityLink, link_id)
    entity = ctx.db.get(Entity, link["entity_in_id"])
    ctx.require(entity["project_id"] == project_id)
    casting.unlink(ctx, entity, link["entity_out_id"])
    return link
