"""The query of a generic listing: filters, order, pages and chosen fields."""

from kitsulite.errors import BadParameter
from kitsulite.models.base import json_text
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import Condition, add_filter, beside_name

RESERVED = ("page", "limit", "relations", "fields")
BY_CREATION = "created_at, rowid"


def read(resource, ctx):
    """The condition from the filters of a request."""
    condition, model = Condition(), resource.model
    others = beside_name(model, f'"{model.table()}"', ctx.request.query.get("name"))
    for name, value in ctx.request.query.items():
        if name in RESERVED or name in resource.list_parameters:
            continue
        if name in resource.hidden_filters(ctx):
            raise BadParameter(f"Filtering on {name} is not allowed.")
        own = resource.own_filter(name, value)
        if own:
            condition.add(*own)
        else:
            add_filter(model, condition, resource.aliases.get(name, name), value, None if name == "name" else others)
    return condition


def check_project(ctx):
    """Raise BadParameter for a malformed `project_id` in the query."""
    project_id = ctx.request.query.get("project_id")
    if project_id is not None and not is_id(project_id):
        raise BadParameter("Invalid project_id.")


def chosen(ctx, shown):
    """The parts of a row selected by `fields=`, always including `id` and `type`."""
    fields = ctx.request.query.get("fields")
    if not fields:
        return shown
    names = {name.strip() for name in fields.split(",")} | {"id", "type"}
    return {name: sql for name, sql in shown.items() if name in names}


def answer(ctx, model, shown, condition, order=BY_CREATION, most_rows=-1):
    """The rows as a JSON list, or the requested page with totals."""
    page = ctx.request.integer("page", -1)
    limit = ctx.request.integer("limit", 0)
    shown, table = chosen(ctx, shown), f'"{model.table()}"'
    if page < 0:
        return ctx.db.json_stream(shown, table, condition, order, most_rows)
    if limit < 0:
        raise BadParameter("limit must be a positive integer.")
    limit = limit or ctx.settings.nb_records_per_page
    return ctx.db.json_page(json_text(shown), table, condition, model.page_order, page, limit, condition.walked)
