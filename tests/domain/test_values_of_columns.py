"""Values of columns: moments as people write them, JSON as it is stored, references as they are declared."""

import datetime as dt
import json

import pytest

from kitsulite.models import fields


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20260501", dt.datetime(2026, 5, 1)),
        ("2026-05-01", dt.datetime(2026, 5, 1)),
        ("2026-05-01T10:20:30", dt.datetime(2026, 5, 1, 10, 20, 30)),
        ("2026-05-01T10:20:30.5Z", dt.datetime(2026, 5, 1, 10, 20, 30, 500_000)),
        ("2026-13-01T10:20:30", None),
        ("2026-02-30", None),
        ("20261301", None),
        ("tomorrow", None),
        ("1", None),
        (20260501, None),
    ],
)
def test_a_moment_is_read_or_there_is_none(text, moment):
    assert fields.read_moment(text) == moment


def test_json_is_written_alike_with_and_without_the_fast_part_of_python(monkeypatch):
    value = {"name": "Éclair", "list": [1, 2.5, None, True], "": {"a": 'b"c'}}
    fast = fields.encoder()(value)
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    assert fields.encoder()(value) == fast == '{"name":"Éclair","list":[1,2.5,null,true],"":{"a":"b\\"c"}}'


def test_a_reference_says_what_becomes_of_its_row():
    with pytest.raises(ValueError, match="a reference to person: forget is none of"):
        fields.Ref("person", gone="forget")
