"""The key that signs tokens: created once per data folder, readable by its owner alone."""

import os
import secrets
from pathlib import Path

FILE = "secret.key"


def read_or_create(data_dir: Path) -> str:
    """The key of a data folder, whose `opening.lock` the caller holds."""
    path = data_dir / FILE
    if path.exists() and (key := path.read_text().strip()):
        return key
    key = secrets.token_urlsafe(48)
    partial = path.with_suffix(".partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    return key
