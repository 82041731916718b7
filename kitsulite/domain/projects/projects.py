"""Projects: listings, and what follows from creating and changing one."""

import functools
import json
import re

from kitsulite.domain.entities import episodes
from kitsulite.domain.kinds import of_kind, temporal_id
from kitsulite.domain.project_status import IS_OPEN, IS_WIDELY_OPEN
from kitsulite.domain.projects import descriptors
from kitsulite.errors import BadParameter, NotFound
from kitsulite.events.bus import emit
from kitsulite.models.base import json_object, parts, shown
from kitsulite.models.choices import PRODUCTION_STYLES
from kitsulite.models.projects import Project, ProjectTaskStatusLink, ProjectTaskTypeLink

RESOLUTION = re.compile(r"(\d{3,4})?x\d{3,4}", re.ASCII)
#: SQL: the person `:person` is in the team of `p`
IS_MINE = "EXISTS (SELECT 1 FROM project_person_link m WHERE m.project_id = p.id AND m.person_id = :person)"

FIRST_EPISODE = (
    "CASE p.production_type WHEN 'tvshow' THEN (SELECT e.id FROM entity e WHERE e.project_id = p.id"
    f" AND {of_kind('Episode')}"
    " ORDER BY e.status <> 'running', e.name LIMIT 1) END"
)


def open_projects(ctx, name=None):
    """The open projects as JSON text: admins see all, others those of their teams."""
    return listed(ctx, IS_WIDELY_OPEN if ctx.is_admin else f"{IS_OPEN} AND {IS_MINE}", name)


def open_projects_of_caller(ctx, name=None):
    """The open projects in the narrow sense of the `user` routes (status `Open`, even for admins), as JSON text."""
    return listed(ctx, IS_OPEN if ctx.is_admin else f"{IS_OPEN} AND {IS_MINE}", name)


def listed(ctx, condition, name):
    sql = listed_sql(condition if name is None else f"{condition} AND p.name = :name")
    return ctx.db.json_list(sql, {**caller(ctx), "name": name})


@functools.cache
def listed_sql(condition):
    return (
        "SELECT CASE WHEN episode IS NULL THEN text ELSE json_insert(text, '$.first_episode_id', episode) END"
        f" FROM (SELECT {json_object(open_project_parts())} AS text, {FIRST_EPISODE} AS episode"
        f" FROM project p WHERE {condition} ORDER BY p.name)"
    )


#: the parts of links to task types and statuses: name -> SQL
TASK_TYPE_LINK = {
    "priority": "priority",
    "hd_bitrate_compression": "hd_bitrate_compression",
    "ld_bitrate_compression": "ld_bitrate_compression",
    "is_client_visible": ProjectTaskTypeLink.is_client_visible.shown("is_client_visible"),
}
TASK_STATUS_LINK = {
    "priority": "priority",
    "roles_for_board": "json(roles_for_board)",
    "is_client_allowed": ProjectTaskStatusLink.is_client_allowed.shown("is_client_allowed"),
}


def open_project_parts():
    """The parts of a project in lists of open ones: name -> SQL with `p`, caller `:person` and global role `:role`."""
    return {**parts(Project, "p", relations=True), **extension_parts()}


def extension_parts():
    """The parts of an open or a single project in addition to its row: name -> SQL."""
    return {
        "descriptors": descriptors.of_project(descriptors.seen()),
        "task_types_priority": (
            "(SELECT json_group_object(task_type_id, priority) FROM project_task_type_link WHERE project_id = p.id)"
        ),
        "task_type_links": links_of("project_task_type_link", "task_type_id", TASK_TYPE_LINK),
        "task_statuses_link": links_of("project_task_status_link", "task_status_id", TASK_STATUS_LINK),
    }


def extension(ctx, project_id):
    """The parts of a single project in addition to its row, for the caller's role there."""
    sql = f"SELECT {json_object(extension_parts())}, {FIRST_EPISODE} FROM project p WHERE p.id = :id"
    text, episode_id = ctx.db.row(sql, {**caller(ctx), "id": project_id})
    return {**json.loads(text), **({"first_episode_id": episode_id} if episode_id else {})}


def links_of(table, key, values):
    """SQL of the links of a project `p` as `{id: values}`; `values`: name -> SQL."""
    return f"(SELECT json_group_object({key}, {json_object(values)}) FROM {table} WHERE project_id = p.id)"


def all_projects(ctx):
    """Projects of any status as JSON text; admins see all, with status and project descriptors."""
    if not ctx.is_admin:
        return ctx.db.json_list(
            f"SELECT {shown(Project, 'p')} FROM project p WHERE {IS_MINE} ORDER BY p.name", caller(ctx)
        )
    values = {
        **parts(Project, "p"),
        "project_status_name": "(SELECT name FROM project_status WHERE id = p.project_status_id)",
        "descriptors": descriptors.of_project("d.entity_type = 'Project'"),
    }
    return ctx.db.json_list(f"SELECT {json_object(values)} FROM project p ORDER BY p.name")


def project_named(ctx, name):
    """The project with a name (in any case, with wildcards `%` and `_`) as a JSON list of one; raises NotFound."""
    is_visible = "1" if ctx.is_admin else IS_MINE
    sql = (
        f"SELECT {shown(Project, 'p')} FROM project p WHERE folded(p.name) LIKE :name ESCAPE '\\' AND {is_visible}"
        " ORDER BY p.name LIMIT 1"
    )
    rows = ctx.db.objects(sql, {**caller(ctx), "name": name.casefold()})
    if not rows:
        raise NotFound("Project not found.")
    return rows


def caller(ctx):
    return {"person": ctx.person_id, "role": ctx.global_role}


def checked(columns):
    """The columns of a project, with checked style and resolution; a style of None becomes 2d3d."""
    if "production_style" in columns:
        if columns["production_style"] is None:
            columns = {**columns, "production_style": "2d3d"}
        if columns["production_style"] not in PRODUCTION_STYLES:
            raise BadParameter("Invalid production_style")
    resolution = columns.get("resolution")
    if resolution and not RESOLUTION.fullmatch(str(resolution)):
        raise BadParameter("The resolution must be like 1920x1080 or x1080.")
    return columns


def first_episode(ctx, project_id):
    """The id of the first episode of a TV show, by name; E01 is created if there is none."""
    sql = "SELECT id FROM entity WHERE project_id = ? AND entity_type_id = ? ORDER BY name LIMIT 1"
    episode_id = ctx.db.value(sql, [project_id, temporal_id(ctx, "Episode")])
    return episode_id or episodes.create(ctx, project_id, "E01", description="", data={})["id"]


def first_episode_of_show(ctx, project_id):
    """`first_episode_id` of a TV show, empty for other projects."""
    kind = ctx.db.value("SELECT production_type FROM project WHERE id = ?", [project_id])
    return {"first_episode_id": first_episode(ctx, project_id)} if kind == "tvshow" else {}


def complete(ctx, project_id):
    """Create what a new project has in addition to its row; returns keys for the answer."""
    extra = first_episode_of_show(ctx, project_id)
    descriptors.copy_of_projects(ctx, project_id)
    return extra


def changed(ctx, project_id):
    """Mark a project as changed and emit the event, after its settings or team changed."""
    ctx.db.update(Project, project_id)
    emit(ctx, "project:update", {}, project_id)
