"""The caller's search filters and groups, and those that others share."""

from kitsulite.domain import belonging
from kitsulite.domain.access import IN_OPEN_PROJECT, in_open_projects, is_manager
from kitsulite.errors import BadParameter, NotFound
from kitsulite.models.activity import SearchFilter, SearchFilterGroup
from kitsulite.models.base import shown
from kitsulite.models.choices import MANAGERS
from kitsulite.models.fields import dump
from kitsulite.models.people import Department
from kitsulite.models.projects import Project
from kitsulite.store.database import JsonText

#: marks a value that an update leaves unchanged
KEEP = object()


def filters(ctx):
    """The filters that the caller sees: `{list type: {project id or "all": [rows]}}` as JSON text."""
    lists = {}
    for list_type, project_key, department_id, row in visible(ctx, SearchFilter, "created_at, rowid"):
        if reaches(ctx, department_id):
            lists.setdefault(list_type, {}).setdefault(project_key, []).append(row)
    return grouped(lists)


def groups(ctx):
    """The groups that the caller sees, in the same form, newest first; list types of hidden groups stay, empty."""
    lists = {}
    for list_type, project_key, department_id, row in visible(ctx, SearchFilterGroup, "created_at DESC, rowid DESC"):
        by_project = lists.setdefault(list_type, {})
        if reaches(ctx, department_id):
            by_project.setdefault(project_key, []).append(row)
    return grouped(lists)


def visible(ctx, model, order):
    """(list type, project or "all", department, JSON) of own and shared rows, of no project or an open one."""
    in_open, params = in_open_projects(ctx)
    sql = (
        f"SELECT list_type, COALESCE(project_id, 'all'), department_id, {shown(model)} FROM {model.table()}"
        f" WHERE (person_id = ? OR is_shared = 1 AND (project_id IS NULL OR project_id {in_open}))"
        f" AND (project_id IS NULL OR project_id {IN_OPEN_PROJECT}) ORDER BY {order}"
    )
    return ctx.db.execute(sql, [ctx.person_id, *params])


def reaches(ctx, department_id):
    """Whether rows of this department are for the caller."""
    return department_id is None or ctx.global_role in MANAGERS or department_id in ctx.departments


def grouped(lists):
    by_list = (
        f"{dump(list_type)}:{{" + ",".join(f'"{key}":[{",".join(rows)}]' for key, rows in by_project.items()) + "}"
        for list_type, by_project in lists.items()
    )
    return JsonText("{" + ",".join(by_list) + "}")


def create_filter(ctx, query, search_filter_group_id, is_shared, **columns):
    """Create a filter of the caller; in a group, it must be shared if and only if the group is."""
    columns = placed(ctx, **columns)
    is_shared = is_shared and may_share(ctx, columns["project_id"])
    group_id = check_group(ctx, search_filter_group_id, is_shared)
    belonging.check(ctx, SearchFilter, columns, {"search_filter_group_id": group_id})
    return ctx.db.insert(
        SearchFilter,
        **columns,
        search_query=query,
        search_filter_group_id=group_id,
        is_shared=is_shared,
        person_id=ctx.person_id,
    )


def create_group(ctx, is_shared, **columns):
    """Create a group of the caller."""
    columns = placed(ctx, **columns)
    is_shared = is_shared and may_share(ctx, columns["project_id"])
    return ctx.db.insert(SearchFilterGroup, **columns, is_shared=is_shared, person_id=ctx.person_id)


def update_filter(ctx, filter_id, is_shared, search_filter_group_id, **columns):
    """Change a filter; None leaves a column unchanged, but removes the group."""
    row = own(ctx, SearchFilter, filter_id)
    columns = placed(ctx, **columns)
    is_shared = shared_after(ctx, row, is_shared, columns["project_id"])
    group_id = row["search_filter_group_id"] if search_filter_group_id is KEEP else search_filter_group_id
    group_id = check_group(ctx, group_id, is_shared)
    belonging.check(ctx, SearchFilter, row, {**columns, "search_filter_group_id": group_id})
    return changed(ctx, SearchFilter, row, columns, is_shared=is_shared, search_filter_group_id=group_id)


def update_group(ctx, filter_group_id, is_shared, **columns):
    """Change a group, and share its filters like itself; None leaves a column unchanged."""
    row = own(ctx, SearchFilterGroup, filter_group_id)
    columns = placed(ctx, **columns)
    after = shared_after(ctx, row, is_shared, columns["project_id"])
    if is_shared is not None or after != row["is_shared"]:
        sql = "UPDATE search_filter SET is_shared = ? WHERE search_filter_group_id = ?"
        ctx.db.execute(sql, [int(after), row["id"]])
    return changed(ctx, SearchFilterGroup, row, columns, is_shared=after)


def group(ctx, filter_group_id):
    """A group of the caller."""
    return own(ctx, SearchFilterGroup, filter_group_id)


def remove_filter(ctx, filter_id):
    """Delete a filter of the caller."""
    ctx.db.delete(SearchFilter, id=own(ctx, SearchFilter, filter_id)["id"])


def remove_group(ctx, filter_group_id):
    """Delete a group of the caller with its filters, including those of other people."""
    row = own(ctx, SearchFilterGroup, filter_group_id)
    ctx.db.delete(SearchFilter, search_filter_group_id=row["id"])
    ctx.db.delete(SearchFilterGroup, id=row["id"])


def own(ctx, model, row_id):
    """The caller's row with an id (for an admin, any row); raises NotFound."""
    row = ctx.db.get(model, row_id)
    if row["person_id"] != ctx.person_id and not ctx.is_admin:
        raise NotFound(f"{model.type_name()} not found.")
    return row


def placed(ctx, project_id, department_id, **columns):
    """The columns, whose project and department must exist."""
    if project_id is not None:
        project_id = ctx.db.require(Project, project_id)
    if department_id is not None:
        department_id = ctx.db.require(Department, department_id)
    return {**columns, "project_id": project_id, "department_id": department_id}


def may_share(ctx, project_id):
    """Whether the caller may share: managers, for their project."""
    return project_id is not None and is_manager(ctx, project_id)


def shared_after(ctx, row, is_shared, project_id):
    """Whether a row is shared after an update, which needs a project that the caller manages to share or move it."""
    wanted = row["is_shared"] if is_shared is None else is_shared
    if wanted == row["is_shared"] and project_id in (None, row["project_id"]):
        return wanted
    return wanted and may_share(ctx, project_id)


def check_group(ctx, group_id, is_shared):
    """The id of the group of a filter, which must be shared if and only if the filter is."""
    if group_id is None:
        return None
    group = ctx.db.get(SearchFilterGroup, group_id)
    if group["is_shared"] != is_shared:
        raise BadParameter("A search filter must be shared in the same way as its group.")
    return group["id"]


def changed(ctx, model, row, columns, **always):
    ctx.db.update(model, row["id"], **{k: v for k, v in columns.items() if v is not None}, **always)
    return ctx.db.get(model, row["id"])
