"""A studio with a stored file."""

import pytest
from store.backups.copies import with_face

import kitsulite


@pytest.fixture
def app(tmp_path):
    found = kitsulite.create_app(data_dir=tmp_path / "studio", synchronous="OFF")
    with_face(found, "Ann")
    yield found
    found.close()
