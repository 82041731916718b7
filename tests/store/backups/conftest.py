"""A studio with a stored file."""

import shutil

import pytest
from store.backups.copies import with_face

import kitsulite


@pytest.fixture(scope="session")
def with_ann(tmp_path_factory):
    folder = tmp_path_factory.mktemp("with_ann") / "studio"
    made = kitsulite.create_app(data_dir=folder, synchronous="OFF")
    with_face(made, "Ann")
    made.close()
    return folder


@pytest.fixture
def app(with_ann, tmp_path):
    found = kitsulite.create_app(data_dir=shutil.copytree(with_ann, tmp_path / "studio"), synchronous="OFF")
    yield found
    found.close()
