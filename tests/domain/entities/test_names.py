"""Full names of entities and the episodes that they belong to."""

from kitsulite.domain.entities import names as entity_names
from kitsulite.models.fields import new_id


def test_each_kind_has_its_full_name_and_episode(studio):
    project = studio.project()
    episode = studio.entity(project, "Episode", name="E01")
    sequence = studio.entity(project, "Sequence", name="SQ01", parent_id=episode["id"])
    lonely = studio.entity(project, "Sequence", name="SQ02")
    names = {
        studio.entity(project, "Shot", name="SH01", parent_id=sequence["id"])["id"]: (
            "E01 / SQ01 / SH01",
            episode["id"],
        ),
        studio.entity(project, "Shot", name="SH02", parent_id=lonely["id"])["id"]: ("SQ02 / SH02", None),
        studio.entity(project, "Shot", name="SH03")["id"]: ("SH03", None),
        sequence["id"]: ("E01 / SQ01", episode["id"]),
        lonely["id"]: ("SQ02", None),
        episode["id"]: ("E01", None),
        studio.entity(project, "Prop", name="Chair", source_id=episode["id"])["id"]: ("Prop / Chair", episode["id"]),
        studio.entity(project, "Edit", name="Cut", parent_id=episode["id"])["id"]: ("Edit / Cut", None),
        new_id(): (None, None),
    }
    ctx = studio.context()
    assert {entity_id: entity_names.named(ctx, entity_id) for entity_id in names} == names
