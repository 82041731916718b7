"""Assets, shots, sequences, episodes, scenes, edits and concepts, all in one table; castings."""

import peewee

from kitsulite.models.base import Many, Row, Table, by_change
from kitsulite.models.choices import ENTITY_STATUSES
from kitsulite.models.fields import IS_OTHER, Choice, Flag, Json, Ref, ShotgunId, Text, Whole


class EntityType(Row):
    name = Text(30, unique=True)
    short_name = Text(20, null=True)
    description = Text(null=True)
    archived = Flag(null=True, default=False)

    relations = {
        "task_types": Many("task_type_asset_type_link", "asset_type_id", "task_type_id"),
    }


class TaskTypeAssetTypeLink(Table):
    asset_type_id = Ref("entity_type")
    task_type_id = Ref("task_type")

    class Meta:
        primary_key = peewee.CompositeKey("asset_type_id", "task_type_id")


class Entity(Row):
    name = Text(160)
    code = Text(160, null=True)
    description = Text(null=True)
    shotgun_id = ShotgunId(null=True)
    canceled = Flag(null=True, default=False)
    nb_frames = Whole(null=True)
    nb_entities_out = Whole(null=True, default=0)
    is_casting_standby = Flag(null=True, default=False)
    is_shared = Flag(default=False)
    status = Choice(ENTITY_STATUSES, default="running")
    project_id = Ref("project", gone="delete", index=False)
    entity_type_id = Ref("entity_type")
    parent_id = Ref("entity", null=True)
    source_id = Ref("entity", null=True)
    preview_file_id = Ref("preview_file", null=True)
    data = Json(null=True)
    ready_for = Ref("task_type", null=True)
    created_by = Ref("person", null=True)

    relations = {
        "entities_out": Many("entity_link", "entity_in_id", "entity_out_id"),
        "entities_in": Many("entity_link", "entity_out_id", "entity_in_id"),
        "entity_concept_links": Many("entity_concept_link", "entity_in_id", "entity_out_id"),
        "instance_casting": Many("asset_instance_link", "entity_id", "asset_instance_id"),
    }

    class Meta:
        indexes = (
            (("name", "project_id", "entity_type_id", "parent_id"), True),
            (("project_id", "entity_type_id", "status"), False),
            # what lies in one place
            (("project_id", "parent_id", "entity_type_id", "source_id"), False),
            by_change("entity", "project_id"),
            by_change("entity"),
            (("shotgun_id",), False),
            # names are sought regardless of case, which SQLite knows of ASCII
            peewee.SQL("CREATE INDEX entity_name_ascii ON entity (name COLLATE NOCASE)"),
            peewee.SQL("CREATE INDEX entity_shared ON entity (project_id) WHERE is_shared = 1"),
            # few are, and their tasks are not counted
            peewee.SQL("CREATE INDEX entity_canceled ON entity (project_id) WHERE canceled = 1"),
            peewee.SQL(f"CREATE INDEX entity_name_other ON entity (name) WHERE {IS_OTHER.format(name='name')}"),
        )


class EntityLink(Row):
    entity_in_id = Ref("entity", gone="delete")
    entity_out_id = Ref("entity", gone="delete", shared=True)
    data = Json(null=True)
    nb_occurences = Whole(null=True, default=1)
    label = Text(80, null=True, default="")

    class Meta:
        indexes = ((("entity_in_id", "entity_out_id"), True), (("created_at",), False), by_change("entity_link"))


class EntityConceptLink(Row):
    entity_in_id = Ref("entity", gone="delete")
    entity_out_id = Ref("entity", gone="delete", shared=True)


class EntityVersion(Row):
    name = Text(160)
    data = Json(null=True)
    entity_id = Ref("entity", null=True, gone="delete")
    person_id = Ref("person", null=True)


class AssetInstance(Row):
    asset_id = Ref("entity", gone="delete", shared=True)
    name = Text(80, null=True)
    number = Whole(null=True)
    description = Text(200, null=True)
    active = Flag(null=True, default=True)
    data = Json(null=True)
    scene_id = Ref("entity", null=True, gone="delete")
    target_asset_id = Ref("entity", null=True, gone="delete")
    entity_id = Ref("entity", null=True, gone="delete")
    entity_type_id = Ref("entity_type", null=True)

    relations = {
        "shots": Many("asset_instance_link", "asset_instance_id", "entity_id"),
    }

    class Meta:
        indexes = ((("asset_id", "target_asset_id", "scene_id", "number"), True),)


class AssetInstanceLink(Table):
    entity_id = Ref("entity", gone="delete")
    asset_instance_id = Ref("asset_instance", gone="delete")

    class Meta:
        primary_key = peewee.CompositeKey("entity_id", "asset_instance_id")
