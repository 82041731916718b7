"""Project templates and their content."""

import peewee

from kitsulite.models.base import Many, Row, Table
from kitsulite.models.choices import BOARD_ROLES, PRODUCTION_STYLES, ROLES
from kitsulite.models.fields import Array, Choice, Flag, Json, Ref, Text, Whole


class ProjectTemplate(Row):
    name = Text(80, unique=True)
    description = Text(null=True)
    fps = Text(10, null=True, default="25")
    ratio = Text(10, null=True, default="16:9")
    resolution = Text(12, null=True, default="1920x1080")
    production_type = Text(20, null=True, default="short")
    production_style = Choice(PRODUCTION_STYLES, default="2d3d")
    max_retakes = Whole(null=True, default=0)
    is_clients_isolated = Flag(null=True, default=False)
    is_preview_download_allowed = Flag(null=True, default=False)
    is_set_preview_automated = Flag(null=True, default=False)
    is_publish_default_for_artists = Flag(null=True, default=False)
    is_single_preview_per_revision = Flag(null=True, default=False)
    is_frame_in_numbering = Flag(null=True, default=False)
    revision_padding = Whole(default=0)
    homepage = Text(80, null=True, default="assets")
    hd_bitrate_compression = Whole(null=True)
    ld_bitrate_compression = Whole(null=True)
    file_tree = Json(null=True)
    data = Json(null=True)
    metadata_descriptors = Json(null=True, default=list)
    default_preview_background_file_id = Ref("preview_background_file", null=True)
    is_client_stats_visible = Flag(null=True, default=True)
    is_client_task_list_visible = Flag(null=True, default=True)
    is_client_task_panel_visible = Flag(null=True, default=True)

    relations = {
        "task_types": Many("project_template_task_type_link", "project_template_id", "task_type_id"),
        "task_statuses": Many("project_template_task_status_link", "project_template_id", "task_status_id"),
        "asset_types": Many("project_template_asset_type_link", "project_template_id", "asset_type_id"),
        "status_automations": Many(
            "project_template_status_automation_link", "project_template_id", "status_automation_id"
        ),
        "preview_background_files": Many(
            "project_template_preview_background_file_link", "project_template_id", "preview_background_file_id"
        ),
    }


class ProjectTemplateAssetTypeLink(Table):
    project_template_id = Ref("project_template")
    asset_type_id = Ref("entity_type")

    class Meta:
        primary_key = peewee.CompositeKey("project_template_id", "asset_type_id")


class ProjectTemplateTaskTypeLink(Row):
    project_template_id = Ref("project_template")
    task_type_id = Ref("task_type")
    priority = Whole(null=True)
    hd_bitrate_compression = Whole(null=True)
    ld_bitrate_compression = Whole(null=True)
    is_client_visible = Flag(null=True, default=True)

    class Meta:
        indexes = ((("project_template_id", "task_type_id"), True),)


class ProjectTemplateTaskStatusLink(Row):
    project_template_id = Ref("project_template")
    task_status_id = Ref("task_status")
    priority = Whole(null=True)
    roles_for_board = Array(codes=ROLES, null=True, default=lambda: list(BOARD_ROLES))
    is_client_allowed = Flag(null=True)

    class Meta:
        indexes = ((("project_template_id", "task_status_id"), True),)


class ProjectTemplateStatusAutomationLink(Table):
    project_template_id = Ref("project_template")
    status_automation_id = Ref("status_automation")

    class Meta:
        primary_key = peewee.CompositeKey("project_template_id", "status_automation_id")


class ProjectTemplatePreviewBackgroundFileLink(Table):
    project_template_id = Ref("project_template")
    preview_background_file_id = Ref("preview_background_file")

    class Meta:
        primary_key = peewee.CompositeKey("project_template_id", "preview_background_file_id")
