"""Working and output files."""

import peewee

from kitsulite.models.base import Children, Row, by_change
from kitsulite.models.fields import Choice, Flag, Json, Ref, ShotgunId, Text, Whole


class FileStatus(Row):
    name = Text(40, unique=True)
    color = Text(7)


class OutputType(Row):
    name = Text(40, unique=True)
    short_name = Text(20)


class OutputFile(Row):
    shotgun_id = ShotgunId(null=True)
    name = Text(250)
    canceled = Flag(default=False)
    size = Whole(null=True)
    checksum = Text(32, null=True)
    description = Text(null=True)
    comment = Text(null=True)
    extension = Text(10, null=True)
    revision = Whole()
    representation = Text(20, null=True)
    nb_elements = Whole(null=True, default=1)
    source = Text(40, null=True)
    path = Text(400, null=True)
    data = Json(null=True)
    file_status_id = Ref("file_status")
    entity_id = Ref("entity", null=True, gone="delete", shared=True)
    asset_instance_id = Ref("asset_instance", null=True, gone="delete")
    output_type_id = Ref("output_type", null=True)
    task_type_id = Ref("task_type", null=True)
    person_id = Ref("person", null=True, gone="clear")
    source_file_id = Ref("working_file", null=True, gone="clear")
    temporal_entity_id = Ref("entity", null=True, gone="delete")
    quality = Choice(("low", "mid", "high"), null=True)

    class Meta:
        indexes = (
            (
                (
                    "name",
                    "entity_id",
                    "asset_instance_id",
                    "output_type_id",
                    "task_type_id",
                    "temporal_entity_id",
                    "representation",
                    "revision",
                ),
                True,
            ),
            (("representation",), False),
            by_change("output_file"),
        )


class WorkingFile(Row):
    shotgun_id = ShotgunId(null=True)
    name = Text(250, null=True)
    description = Text(null=True)
    comment = Text(null=True)
    revision = Whole(null=True)
    size = Whole(null=True)
    checksum = Whole(null=True)
    path = Text(400, null=True)
    data = Json(null=True)
    task_id = Ref("task", null=True, gone="delete")
    entity_id = Ref("entity", null=True, gone="delete")
    person_id = Ref("person", null=True, gone="clear")
    software_id = Ref("software", null=True)
    validation_status = Choice(
        ("validated", "rejected", "neutral"), default="neutral", constraints=[peewee.SQL("DEFAULT 'neutral'")]
    )

    relations = {
        "outputs": Children("output_file", "source_file_id"),
    }

    class Meta:
        indexes = (
            (("name", "task_id", "entity_id", "revision"), True),
            (("shotgun_id",), False),
            by_change("working_file"),
        )


class DataImportError(Row):
    event_data = Json()
    source = Choice(("csv", "shotgun"), null=True)
