"""The caller's search filters and groups."""

from kitsulite.api.policies import person
from kitsulite.domain.user import filters as user_filters
from kitsulite.domain.user.filters import KEEP
from kitsulite.web.fields import Bool, Str
from kitsulite.web.route import delete, get, post, put

PLACE = {"project_id": Str(), "department_id": Str()}
NEW = {
    "name": Str(required=True, min=1, max=200),
    "list_type": Str(default="todo", max=80),
    "entity_type": Str(max=80),
    "is_shared": Bool(default=False),
    **PLACE,
}
CHANGE = {"name": Str(max=200), "is_shared": Bool(), **PLACE}


@get("/data/user/filters", allow=person)
def filters(ctx):
    """List my search filters and shared ones, by list type and project (`all` for those without one)."""
    return user_filters.filters(ctx)


@post(
    "/data/user/filters",
    allow=person,
    status=201,
    body={**NEW, "query": Str(required=True, min=1, max=500), "search_filter_group_id": Str()},
)
def create_filter(ctx, **search_filter):
    """Create a search filter; only a manager of its project can share it."""
    return user_filters.create_filter(ctx, **search_filter)


@put(
    "/data/user/filters/<filter_id>",
    allow=person,
    body={**CHANGE, "search_query": Str(max=500), "search_filter_group_id": Str(default=lambda: KEEP, optional=True)},
)
def update_filter(ctx, filter_id, **columns):
    """Change one of my search filters; null removes it from its group, and leaves other values unchanged."""
    return user_filters.update_filter(ctx, filter_id, **columns)


@delete("/data/user/filters/<filter_id>", allow=person)
def remove_filter(ctx, filter_id):
    """Delete one of my search filters."""
    user_filters.remove_filter(ctx, filter_id)


@get("/data/user/filter-groups", allow=person)
def groups(ctx):
    """List my groups of search filters and shared ones, by list type and project (`all` for those without one)."""
    return user_filters.groups(ctx)


@post("/data/user/filter-groups", allow=person, status=201, body={**NEW, "color": Str(default="", max=8)})
def create_group(ctx, **group):
    """Create a group of search filters; only a manager of its project can share it."""
    return user_filters.create_group(ctx, **group)


@get("/data/user/filter-groups/<filter_group_id>", allow=person)
def group(ctx, filter_group_id):
    """Get one of my groups of search filters."""
    return user_filters.group(ctx, filter_group_id)


@put("/data/user/filter-groups/<filter_group_id>", allow=person, body={**CHANGE, "color": Str(max=8)})
def update_group(ctx, filter_group_id, **columns):
    """Change one of my groups, and share its filters like itself; null leaves a value unchanged."""
    return user_filters.update_group(ctx, filter_group_id, **columns)


@delete("/data/user/filter-groups/<filter_group_id>", allow=person)
def remove_group(ctx, filter_group_id):
    """Delete one of my groups with its filters."""
    user_filters.remove_group(ctx, filter_group_id)
