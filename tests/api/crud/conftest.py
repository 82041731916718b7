import pytest


@pytest.fixture
def admin(studio):
    """The API as the administrator sees it; no event has been emitted yet."""
    studio.forget_events()
    return studio.api(studio.admin)
