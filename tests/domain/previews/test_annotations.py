"""How annotations are merged."""

import pytest

from kitsulite.domain.previews.annotations import merge
from kitsulite.errors import BadParameter


def entry(time, *ids, **extra):
    return {"time": time, "drawing": {"objects": [{"id": i, "fill": "red"} for i in ids]}, **extra}


def drawn(entries):
    return {entry["time"]: [item["id"] for item in entry["drawing"]["objects"]] for entry in entries}


def test_an_addition_opens_an_entry_or_joins_that_of_its_time():
    merged = merge(None, [entry(0, "a", frame=1), entry(0, "b"), entry(0.5, "c")], [], [])
    assert drawn(merged) == {0: ["a", "b"], 0.5: ["c"]}
    assert merged[0]["frame"] == 1


def test_an_addition_never_replaces():
    again = {"time": 0, "drawing": {"objects": [{"id": "a", "fill": "blue"}]}}
    assert merge([entry(0, "a")], [again], [], [])[0]["drawing"]["objects"] == [{"id": "a", "fill": "red"}]


def test_times_must_be_equal_in_kind_too():
    assert drawn(merge([entry(0, "a")], [entry("0", "b"), entry(0.0001, "c")], [], [])) == {
        0: ["a"],
        "0": ["b"],
        0.0001: ["c"],
    }


def test_an_update_replaces_known_objects_of_known_times_whole():
    change = {"time": 0, "drawing": {"objects": [{"id": "a", "width": 5}, {"id": "new"}]}}
    elsewhere = {**change, "time": 7}
    merged = merge([entry(0, "a", "b")], [], [change, elsewhere], [])
    assert merged[0]["drawing"]["objects"] == [{"id": "b", "fill": "red"}, {"id": "a", "width": 5}]
    assert len(merged) == 1


def test_deletions_come_last_and_empty_entries_go():
    merged = merge(
        [entry(0, "a", "b"), entry(1, "c")],
        [entry(1, "d")],
        [],
        [
            {"time": 0, "objects": ["a", "unknown"]},
            {"time": 1, "objects": ["c", "d"]},
            {"time": 2, "objects": ["b"]},
        ],
    )
    assert drawn(merged) == {0: ["b"]}
    assert merge([], [entry(0)], [], []) == []


@pytest.mark.parametrize("missing", [{}, {"id": None}, {"id": ""}])
def test_objects_without_an_id_get_one(missing):
    anonymous = {"time": 0, "drawing": {"objects": [missing]}}
    for merged in (merge([anonymous], [], [], []), merge([], [anonymous], [], [])):
        assert len(merged[0]["drawing"]["objects"][0]["id"]) == 36


@pytest.mark.parametrize(
    "changes",
    [
        ([{"drawing": {"objects": []}}], [], []),
        ([], [{"drawing": {"objects": []}}], []),
        ([], [], [{"objects": []}]),
        ([{"time": 0, "drawing": {"objects": "abc"}}], [], []),
        ([{"time": 0, "drawing": {"objects": ["abc"]}}], [], []),
        ([{"time": 0, "drawing": {"objects": [{"id": {}}]}}], [], []),
        ([], [{"time": 0, "drawing": {"objects": [{"id": []}]}}], []),
        ([], [], [{"time": 0, "objects": "abc"}]),
    ],
)
def test_changes_of_another_shape_are_refused(changes):
    with pytest.raises(BadParameter):
        merge([entry(0, "a")], *changes)


@pytest.mark.parametrize("stored", [None, {}, "text", [], ["text"], [{}], [{"time": 0, "drawing": None}]])
def test_stored_nonsense_counts_as_nothing(stored):
    assert drawn(merge(stored, [entry(0, "a")], [], [])) == {0: ["a"]}
