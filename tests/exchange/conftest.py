"""A filled studio on a port, for all files of this folder."""

import pytest
from exchange.filled import QUICK, Filled

from kitsulite import Server


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("source"), synchronous="OFF", **QUICK) as server:
        yield Filled(server)
