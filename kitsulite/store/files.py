"""Stored files: pictures, movies and attachments in a directory tree.

A file has a bucket (`pictures`, `movies`, `files`), a prefix and the id of its row, and no
other name: nothing that a client sends is ever part of a path. The layout is that of Zou,
so that an existing preview folder can be taken over.
"""

import os
import shutil
from pathlib import Path

from kitsulite.models.fields import is_id, new_id

BUCKETS = ("pictures", "movies", "files")


class FileStore:
    """The files below one folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, bucket, prefix, row_id):
        """Where a file lies or would lie."""
        if bucket not in BUCKETS or not is_id(row_id):
            raise ValueError(f"no stored file: {bucket} {row_id}")
        head, _, rest = f"{prefix}-{row_id.lower()}".partition("-")
        return self.folder / bucket / head / rest[:3] / rest[3:6] / rest

    def find(self, bucket, prefix, row_id):
        """The path of a stored file, None where it is absent or empty."""
        path = self.path(bucket, prefix, row_id)
        try:
            return path if path.stat().st_size > 0 else None
        except FileNotFoundError:
            return None

    def write(self, bucket, prefix, row_id, stream):
        """Store what a binary stream holds, whole or not at all; returns its size in bytes."""
        path = self.path(bucket, prefix, row_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{new_id()}.partial")
        try:
            with open(partial, "wb") as target:
                shutil.copyfileobj(stream, target, 1 << 20)
                target.flush()
                os.fsync(target.fileno())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return path.stat().st_size

    def remove(self, bucket, prefix, row_id):
        """Remove a stored file; a missing one is no error."""
        self.path(bucket, prefix, row_id).unlink(missing_ok=True)

    def clear(self):
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
