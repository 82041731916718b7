"""A filled studio on a port, for all files of this folder."""

import pytest
from exchange.filled import Filled, served


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    with served(tmp_path_factory.mktemp("source")) as server:
        yield Filled(server)
