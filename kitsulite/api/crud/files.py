"""Files of the production: previews, playlists, working and output files."""

from kitsulite.api.crud import filters
from kitsulite.api.crud.resource import ALWAYS_PROTECTED, Resource, required
from kitsulite.api.policies import (
    actor_on_task,
    changer_of_playlist,
    inside,
    no_client,
    no_vendor,
    reader_of_entity,
    reader_of_task,
    signed_in,
    supervisor_of,
)
from kitsulite.domain import access, review_access, visibility
from kitsulite.domain.comments import attachments
from kitsulite.domain.files import working_files
from kitsulite.domain.playlists import playlists
from kitsulite.domain.previews import backgrounds, previews
from kitsulite.domain.tasks.of_projects import IS_OF_PROJECT, OF_PROJECT
from kitsulite.errors import RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.base import nested
from kitsulite.models.entities import Entity
from kitsulite.models.fields import is_id
from kitsulite.models.files import FileStatus, OutputFile, OutputType, WorkingFile
from kitsulite.models.previews import AttachmentFile, Playlist, PreviewBackgroundFile, PreviewFile
from kitsulite.models.tasks import Task


class Attachments(Resource):
    def check_get(self, ctx, row):
        return review_access.require_attachment(ctx, row)

    def shown(self, ctx, relations):
        return attachments.shown_parts()

    def remove(self, ctx, row):
        attachments.remove(ctx, id=row["id"])


class OutputFiles(Resource):
    ruled_choices = ("quality",)

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            seen = visibility.sees(ctx, "e.id", "e.project_id")
            related = f"SELECT e.id FROM entity e WHERE e.project_id {access.IN_RELATED_PROJECT} AND {seen}"
            condition.add(f"entity_id IN ({related})", [ctx.person_id])

    def shown(self, ctx, relations):
        return {**super().shown(ctx, relations), "source_file": nested(WorkingFile, '"output_file".source_file_id')}

    def prepare(self, ctx, data):
        if required(data, "entity_id") is None:
            raise RowRejected("'entity_id'", "required")
        return data

    def prepare_update(self, ctx, row, data):
        return self.prepare(ctx, {"entity_id": row["entity_id"], **data})

    def check_update(self, ctx, row, data):
        project_id = ctx.db.get(Entity, row["entity_id"])["project_id"]
        scoped = access.require_member(ctx, project_id)
        worked_on = row["temporal_entity_id"] or row["entity_id"]
        ctx.require(scoped.is_manager or (scoped.role != "client" and access.works_on(ctx, worked_on)))
        return scoped

    def check_delete(self, ctx, row):
        ctx.db.require(Entity, row["entity_id"])
        return super().check_delete(ctx, row)

    def emit(self, ctx, action, row):
        project_id = ctx.db.get(Entity, row["entity_id"])["project_id"]
        emit(ctx, f"output-file:{action}", {"output_file_id": row["id"]}, project_id)


class Playlists(Resource):
    ignored_on_create = (*ALWAYS_PROTECTED, "build_jobs")

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            role = "COALESCE(NULLIF(l.role, 'admin'), ?)"
            readable = (
                "SELECT 1 FROM project_person_link l WHERE l.project_id = playlist.project_id AND l.person_id = ?"
                f" AND {role} <> 'vendor' AND ({role} <> 'client' OR playlist.for_client)"
            )
            condition.add(f"EXISTS ({readable})", [ctx.person_id, ctx.global_role, ctx.global_role])

    def check_get(self, ctx, row):
        return review_access.require_playlist_reader(ctx, row)

    def prepare(self, ctx, data):
        playlists.check_kind(data.get("for_entity"))
        if data.get("shots") is not None:
            data["shots"] = playlists.pinned(ctx, playlists.checked_shots(data["shots"]))
        if data.get("episode_id") in ("all", "main"):
            data["episode_id"] = None
        if not is_id(data.get("task_type_id")):
            data["task_type_id"] = None
        return {**data, "created_by": ctx.person_id}

    def prepare_update(self, ctx, row, data):
        playlists.check_kind(data.get("for_entity"))
        # a new playlist shows null, and clients send back all that they have read: no entry is lost by that
        shots = data.pop("shots", None)
        return data if shots is None else {**data, "shots": playlists.stored_shots(ctx, shots)}

    def remove(self, ctx, row):
        playlists.remove(ctx, row)


class PreviewBackgrounds(Resource):
    def prepare(self, ctx, data):
        backgrounds.check_name(ctx, data.get("name"))
        return data

    def created(self, ctx, row, data):
        backgrounds.keep_one_default(ctx, row["id"])

    def prepare_update(self, ctx, row, data):
        if "name" in data:
            backgrounds.check_name(ctx, data["name"], row["id"])
        return data

    def updated(self, ctx, row, data):
        backgrounds.keep_one_default(ctx, row["id"])

    def deleted(self, ctx, row):
        backgrounds.remove_files(ctx, row["id"])


class PreviewFiles(Resource):
    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            is_vendor = visibility.has_role(ctx, "vendor", "t.project_id")
            assigned = visibility.if_role(is_vendor, f"t.id IN {visibility.assigned_tasks(ctx)}")
            seen = f"{visibility.sees(ctx, 't.entity_id', 't.project_id')} AND {assigned}"
            related = f"SELECT t.id FROM task t WHERE t.project_id {access.IN_RELATED_PROJECT} AND {seen}"
            condition.add(f"task_id IN ({related})", [ctx.person_id])

    def own_filter(self, name, value):
        if name != "project_id":
            return None
        of_project, is_of_project = (sql.format(task="task_id") for sql in (OF_PROJECT, IS_OF_PROJECT))
        return of_project, [value.lower()], is_of_project

    def check_list(self, ctx):
        filters.check_project(ctx)
        return super().check_list(ctx)

    def check_get(self, ctx, row):
        if ctx.is_admin:
            return ctx
        task = ctx.db.get(Task, row["task_id"])
        ctx = access.require_member(ctx, task["project_id"])
        ctx.require(ctx.role != "vendor" or access.is_assigned(ctx, task["id"]))
        ctx.require(access.sees_entity(ctx, task["entity_id"]))
        return ctx

    def check_update(self, ctx, row, data):
        if ctx.is_admin:
            return ctx
        scoped = access.require_task(ctx, row["task_id"])
        task = scoped.row
        leads = access.is_supervisor_of_task_type(ctx, task["project_id"], task["task_type_id"])
        ctx.require(leads or access.is_assigned(ctx, task["id"]))
        return scoped

    def updated(self, ctx, row, data):
        previews.follow_revision(ctx, row, ctx.db.get(PreviewFile, row["id"]))

    def check_delete(self, ctx, row):
        if ctx.is_admin:
            return ctx
        return access.require_manager(ctx, ctx.db.get(Task, row["task_id"])["project_id"])

    def emit(self, ctx, action, row):
        if action != "update":
            return super().emit(ctx, action, row)
        status = ctx.request.json_object().get("status")
        ids = {"preview_file_id": row["id"], **({"status": status} if status else {})}
        emit(ctx, "preview-file:update", ids, about=self.about(ctx, "preview-file:update", row))

    def remove(self, ctx, row):
        previews.remove_preview(ctx, row, force=ctx.request.flag("force"))


class WorkingFiles(Resource):
    ruled_choices = ("validation_status",)

    def get(self, ctx, instance_id):
        """Get a row with the ids of the output files made from it."""
        row = self.find(ctx, "GET", instance_id)
        ctx = self.check_get(ctx, row) or ctx
        return self.show(ctx, row["id"], relations=True)

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            teams = "SELECT project_id FROM project_person_link WHERE person_id = ?"
            seen = visibility.sees(ctx, "e.id", "e.project_id")
            own_entities = f"SELECT e.id FROM entity e WHERE e.project_id IN ({teams}) AND {seen}"
            condition.add(f"entity_id IN ({own_entities})", [ctx.person_id])

    def check_move(self, ctx, row, moved):
        super().check_move(ctx, row, moved)
        if "entity_id" in moved:
            access.require_entity(ctx, moved["entity_id"])

    def remove(self, ctx, row):
        working_files.remove_contents(ctx, "id = ?", [row["id"]])
        super().remove(ctx, row)


RESOURCES = (
    Attachments(AttachmentFile, "attachment-files", may_get=inside("reader of its task")),
    Resource(FileStatus, "file-status", may_list=signed_in, may_get=signed_in),
    OutputFiles(
        OutputFile,
        "output-files",
        may_list=no_vendor,
        may_get=reader_of_entity("entity_id"),
        may_update=inside("manager of the project, or a member, no client, who works on the entity"),
        for_admins=("person_id",),
        parents=("entity_id", "temporal_entity_id"),
        malformed_is_unknown=("GET",),
    ),
    Resource(OutputType, "output-types", may_list=signed_in, may_get=signed_in, malformed_is_unknown=("GET",)),
    Playlists(
        Playlist,
        "playlists",
        may_list=no_vendor,
        may_get=inside("member of the project, no vendor; a client if it is for clients"),
        may_create=supervisor_of("project_id"),
        may_update=changer_of_playlist("id"),
        may_delete=changer_of_playlist("id"),
        protected=("build_jobs", "created_by"),
    ),
    PreviewBackgrounds(PreviewBackgroundFile, "preview-background-files", may_list=signed_in, may_get=signed_in),
    PreviewFiles(
        PreviewFile,
        "preview-files",
        may_list=signed_in,
        may_get=inside("member of the project; a vendor must be assigned"),
        may_update=inside("manager of the project, assignee, or supervisor of the department"),
        may_delete=inside("manager of the project"),
        # a manager of one production must not reach the comments of others
        for_admins=("person_id", "comments"),
        parents=("task_id",),
    ),
    WorkingFiles(
        WorkingFile,
        "working-files",
        may_list=no_vendor,
        may_get=reader_of_task("task_id"),
        may_update=actor_on_task("task_id") & no_client,
        for_admins=("person_id",),
        parents=("task_id", "entity_id"),
        malformed_is_unknown=("GET",),
    ),
)
