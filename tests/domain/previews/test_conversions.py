"""Conversions whose preview or movie is gone."""

from types import SimpleNamespace

import pytest

from kitsulite.context import Context
from kitsulite.domain.previews import conversions
from kitsulite.jobs.ffmpeg import Failed
from kitsulite.models.activity import ApiEvent
from kitsulite.models.fields import new_id


def test_a_movie_that_is_not_there_fails_its_conversion(studio):
    with pytest.raises(Failed, match="The uploaded movie is not there"):
        conversions.movie_files(Context(studio.app), {"id": new_id()}, {}, None, None)


def test_a_movie_without_a_frame_fails_its_conversion(studio, monkeypatch):
    monkeypatch.setattr(conversions.movies, "frame", lambda *args: None)
    with pytest.raises(Failed, match="no frame"):
        conversions.unconverted(Context(studio.app), {}, None, SimpleNamespace(), None, None)


def test_giving_up_a_conversion_of_a_deleted_preview_says_nothing(studio):
    before = studio.db.value(f"SELECT count(*) FROM {ApiEvent.table()}")
    with studio.db.write():
        conversions.Conversion().give_up(Context(studio.app), {"subject_id": new_id(), "options": {}}, "It failed.")
    assert studio.db.value(f"SELECT count(*) FROM {ApiEvent.table()}") == before
