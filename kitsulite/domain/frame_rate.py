"""The frame rate of a project."""

DEFAULT_FPS = 25.0


def fps_of(project):
    """The frames per second of a project; 25 if it has no valid value."""
    try:
        fps = float(project["fps"])
    except (TypeError, ValueError):
        return DEFAULT_FPS
    return fps if 0 < fps < float("inf") else DEFAULT_FPS
