"""Projects, their settings, templates, descriptors, planning and budgets."""

import peewee

from kitsulite.models.base import Many, Row, Table
from kitsulite.models.choices import BOARD_ROLES, DESCRIPTOR_TYPES, POSITIONS, PRODUCTION_STYLES, ROLES, SENIORITIES
from kitsulite.models.fields import Array, Choice, Day, Flag, Json, Moment, Number, Pointer, Ref, ShotgunId, Text, Whole


class ProjectStatus(Row):
    name = Text(20, unique=True)
    color = Text(7)


class Project(Row):
    name = Text(80, unique=True)
    code = Text(80, null=True)
    description = Text(null=True)
    shotgun_id = ShotgunId(null=True)
    file_tree = Json(null=True)
    data = Json(null=True)
    has_avatar = Flag(null=True, default=False)
    fps = Text(10, null=True, default=25)
    ratio = Text(10, null=True, default="16:9")
    resolution = Text(12, null=True, default="1920x1080")
    production_type = Text(20, null=True, default="short")
    production_style = Choice(PRODUCTION_STYLES, default="2d3d")
    start_date = Day(null=True)
    end_date = Day(null=True)
    man_days = Whole(null=True)
    nb_episodes = Whole(null=True, default=0)
    episode_span = Whole(null=True, default=0)
    max_retakes = Whole(null=True, default=0)
    is_clients_isolated = Flag(null=True, default=False)
    is_preview_download_allowed = Flag(null=True, default=False)
    is_set_preview_automated = Flag(null=True, default=False)
    homepage = Text(80, null=True, default="assets")
    is_publish_default_for_artists = Flag(null=True, default=False)
    is_bot_collaboration_enabled = Flag(null=True, default=False)
    is_single_preview_per_revision = Flag(null=True, default=False)
    is_frame_in_numbering = Flag(null=True, default=False)
    revision_padding = Whole(default=0)
    hd_bitrate_compression = Whole(null=True)
    ld_bitrate_compression = Whole(null=True)
    project_status_id = Ref("project_status", null=True)
    default_preview_background_file_id = Ref("preview_background_file", null=True)
    from_schedule_version_id = Ref("production_schedule_version", null=True, gone="clear")
    is_client_stats_visible = Flag(null=True, default=True)
    is_client_task_list_visible = Flag(null=True, default=True)
    is_client_task_panel_visible = Flag(null=True, default=True)

    relations = {
        "team": Many("project_person_link", "project_id", "person_id"),
        "asset_types": Many("project_asset_type_link", "project_id", "asset_type_id"),
        "task_statuses": Many("project_task_status_link", "project_id", "task_status_id"),
        "task_types": Many("project_task_type_link", "project_id", "task_type_id"),
        "status_automations": Many("project_status_automation_link", "project_id", "status_automation_id"),
        "preview_background_files": Many(
            "project_preview_background_file_link", "project_id", "preview_background_file_id"
        ),
    }


class ProjectPersonLink(Table):
    project_id = Ref("project")
    person_id = Ref("person", gone="delete")
    shotgun_id = ShotgunId(null=True)
    role = Choice(ROLES, null=True)

    class Meta:
        primary_key = peewee.CompositeKey("project_id", "person_id")


class ProjectAssetTypeLink(Table):
    project_id = Ref("project")
    asset_type_id = Ref("entity_type")

    class Meta:
        primary_key = peewee.CompositeKey("project_id", "asset_type_id")


class ProjectTaskTypeLink(Row):
    project_id = Ref("project")
    task_type_id = Ref("task_type")
    priority = Whole(null=True)
    hd_bitrate_compression = Whole(null=True)
    ld_bitrate_compression = Whole(null=True)
    is_client_visible = Flag(null=True, default=True)

    class Meta:
        indexes = ((("project_id", "task_type_id"), True),)


class ProjectTaskTypeSoftwareLink(Row):
    project_id = Ref("project", on_delete="CASCADE")
    task_type_id = Ref("task_type", on_delete="CASCADE")
    software_id = Ref("software", on_delete="CASCADE")

    class Meta:
        indexes = ((("project_id", "task_type_id", "software_id"), True),)


class ProjectTaskStatusLink(Row):
    project_id = Ref("project")
    task_status_id = Ref("task_status")
    priority = Whole(null=True)
    roles_for_board = Array(codes=ROLES, null=True, default=lambda: list(BOARD_ROLES))
    is_client_allowed = Flag(null=True)

    class Meta:
        indexes = ((("project_id", "task_status_id"), True),)


class ProjectStatusAutomationLink(Table):
    project_id = Ref("project")
    status_automation_id = Ref("status_automation")

    class Meta:
        primary_key = peewee.CompositeKey("project_id", "status_automation_id")


class ProjectPreviewBackgroundFileLink(Table):
    project_id = Ref("project")
    preview_background_file_id = Ref("preview_background_file")

    class Meta:
        primary_key = peewee.CompositeKey("project_id", "preview_background_file_id")


class MetadataDescriptor(Row):
    project_id = Ref("project", gone="delete")
    entity_type = Text(60)
    task_type_id = Ref("task_type", null=True)
    name = Text(120)
    data_type = Choice(DESCRIPTOR_TYPES, null=True)
    field_name = Text(120)
    choices = Json(null=True)
    for_client = Flag(null=True, default=False)
    position = Whole(null=True)

    relations = {
        "departments": Many("department_metadata_descriptor_link", "metadata_descriptor_id", "department_id"),
    }

    class Meta:
        indexes = (
            (("for_client",), False),
            (("project_id", "entity_type", "task_type_id", "name"), True),
            (("project_id", "entity_type", "task_type_id", "field_name"), True),
            (("entity_type",), False),
        )


# null task types never equal each other, so that the constraints above do not hold for them
for _column in (MetadataDescriptor.name, MetadataDescriptor.field_name):
    MetadataDescriptor.add_index(
        MetadataDescriptor.project_id,
        MetadataDescriptor.entity_type,
        _column,
        unique=True,
        where=MetadataDescriptor.task_type_id.is_null(),
    )


class DepartmentMetadataDescriptorLink(Table):
    metadata_descriptor_id = Ref("metadata_descriptor", gone="delete")
    department_id = Ref("department")

    class Meta:
        primary_key = peewee.CompositeKey("metadata_descriptor_id", "department_id")


class Milestone(Row):
    date = Day(null=True)
    name = Text(40)
    project_id = Ref("project", null=True, gone="delete")
    task_type_id = Ref("task_type", null=True)


class ScheduleItem(Row):
    start_date = Day(null=True)
    end_date = Day(null=True)
    man_days = Whole(null=True)
    project_id = Ref("project", null=True, gone="delete")
    task_type_id = Ref("task_type", null=True)
    object_id = Pointer("entity", null=True)

    class Meta:
        indexes = (
            (("project_id", "task_type_id", "object_id"), True),
            (("object_id",), False),
        )


class ProductionScheduleVersion(Row):
    name = Text(80)
    project_id = Ref("project", gone="delete")
    production_schedule_from = Ref("production_schedule_version", null=True, gone="clear")
    locked = Flag(null=True, default=False)
    canceled = Flag(null=True, default=False)

    class Meta:
        indexes = ((("name", "project_id"), True),)


class ProductionScheduleVersionTaskLink(Row):
    production_schedule_version_id = Ref("production_schedule_version", gone="delete")
    task_id = Ref("task", gone="delete")
    start_date = Moment(null=True)
    due_date = Moment(null=True)
    estimation = Number(null=True, default=0)

    relations = {
        "assignees": Many(
            "production_schedule_version_task_link_person_link", "production_schedule_version_task_link_id", "person_id"
        ),
    }

    class Meta:
        indexes = ((("production_schedule_version_id", "task_id"), True),)


class ProductionScheduleVersionTaskLinkPersonLink(Table):
    production_schedule_version_task_link_id = Ref(
        "production_schedule_version_task_link", on_delete="CASCADE", gone="delete"
    )
    person_id = Ref("person", gone="delete")

    class Meta:
        primary_key = peewee.CompositeKey("production_schedule_version_task_link_id", "person_id")


class Budget(Row):
    project_id = Ref("project", null=True, gone="delete")
    revision = Whole(default=1)
    name = Text(255)
    currency = Text(3, null=True)


class BudgetEntry(Row):
    budget_id = Ref("budget", gone="delete")
    department_id = Ref("department")
    person_id = Ref("person", null=True)
    start_date = Day()
    months_duration = Whole()
    daily_salary = Number()
    position = Choice(POSITIONS, null=True, default="artist")
    seniority = Choice(SENIORITIES, null=True, default="mid")
    exceptions = Json(null=True)
