"""A column of metadata, from its first to its last day, next to columns of the same name."""

import gazu
import pytest
from seats import Production, Seat


@pytest.fixture
def production(kitsulite):
    return Production(Seat(kitsulite))


@pytest.fixture
def columns(production):
    """The column `Difficulty` of every kind, filled: kind -> descriptor."""
    made = {}
    for kind in ("Asset", "Shot", "Sequence", "Project", "Task"):
        task_type = {"task_type_id": production.task_type("Animation")} if kind == "Task" else {}
        made[kind] = production.boss(
            gazu.project.add_metadata_descriptor, production.row, "Difficulty", kind, data_type="number", **task_type
        )
    fill(production)
    return made


def fill(production):
    boss = production.boss
    boss(gazu.asset.update_asset_data, production.prop, {"difficulty": 1, "other": "kept"})
    for value, shot in enumerate(production.shots, 2):
        boss(gazu.shot.update_shot_data, shot, {"difficulty": value})
    (sequence,) = boss(gazu.shot.all_sequences_for_project, production.row)
    boss(gazu.shot.update_sequence_data, sequence, {"difficulty": 4})
    boss(gazu.project.update_project_data, production.row, {"difficulty": 5})
    boss(gazu.task.update_task_data, production.animation, {"difficulty": 6})
    boss(gazu.task.update_task_data, production.modeling, {"difficulty": 7})


def values(production):
    """What is stored in the columns, by kind."""
    boss = production.boss
    (sequence,) = boss(gazu.shot.all_sequences_for_project, production.row)
    tasks = [boss(gazu.task.get_task, task["id"])["data"] for task in (production.animation, production.modeling)]
    return {
        "Asset": [boss(gazu.asset.get_asset, production.prop["id"])["data"]],
        "Shot": [boss(gazu.shot.get_shot, shot["id"])["data"] for shot in production.shots],
        "Sequence": [sequence["data"]],
        "Project": [boss(gazu.project.get_project, production.row["id"])["data"]],
        "Task": tasks[:1],
        "task of another type": tasks[1:],
    }


def renamed(data, old, new):
    return {new if key == old else key: value for key, value in data.items()}


@pytest.mark.parametrize("kind", ["Asset", "Shot", "Project", "Task"])
def test_a_new_name_moves_the_values_of_its_kind_alone(production, columns, kind):
    before = values(production)
    changed = {**columns[kind], "name": "Effort", "departments": []}
    row = production.boss(gazu.project.update_metadata_descriptor, production.row, changed)
    assert row["field_name"] == "effort"
    after = values(production)
    assert after.pop(kind) == [renamed(data, "difficulty", "effort") for data in before.pop(kind)]
    assert after == before


@pytest.mark.parametrize("kind", ["Asset", "Shot", "Sequence", "Project", "Task"])
def test_a_removed_column_takes_the_values_of_its_kind_alone(production, columns, kind):
    before = values(production)
    production.boss(gazu.project.remove_metadata_descriptor, production.row, columns[kind], force=True)
    after = values(production)
    left = [{key: value for key, value in data.items() if key != "difficulty"} for data in before.pop(kind)]
    assert after.pop(kind) == left
    assert after == before
    kinds = {row["entity_type"] for row in production.boss(gazu.project.all_metadata_descriptors, production.row)}
    assert kinds == set(columns) - {kind}


def test_columns_are_put_in_order_by_kind(production, columns):
    boss = production.boss
    more = [boss(gazu.project.add_metadata_descriptor, production.row, name, "Shot") for name in ("Weather", "Crew")]
    before = values(production)
    wanted = [more[1], columns["Shot"], more[0]]
    boss(gazu.project.reorder_metadata_descriptors, production.row, "Shot", wanted)
    listed = boss(gazu.project.all_metadata_descriptors, production.row)
    shots = [row for row in listed if row["entity_type"] == "Shot"]
    assert [(row["name"], row["position"]) for row in shots] == [("Crew", 1), ("Difficulty", 2), ("Weather", 3)]
    assert {row["position"] for row in listed if row["entity_type"] != "Shot"} == {None}
    assert values(production) == before


def test_a_name_that_another_column_has_changes_nothing(production, columns):
    boss = production.boss
    boss(gazu.project.add_metadata_descriptor, production.row, "Effort", "Shot")
    boss(gazu.shot.update_shot_data, production.shots[0], {"effort": "much"})
    before = values(production)
    changed = {**columns["Shot"], "name": "Effort", "departments": []}
    with pytest.raises(gazu.ParameterException, match="already exists"):
        boss(gazu.project.update_metadata_descriptor, production.row, changed)
    assert values(production) == before
