"""Stores and removes files together with the rows they belong to."""

import contextlib
import functools


def place(ctx, path, bucket, prefix, row_id):
    """Store a finished file; a rollback removes it, and restores the file that it replaced."""
    files = ctx.app.files
    replaced = files.set_aside(bucket, prefix, row_id)
    files.place(path, bucket, prefix, row_id)
    if replaced is None:
        ctx.db.after_rollback(lambda: files.remove(bucket, prefix, row_id))
    else:
        ctx.db.after_rollback(lambda: files.put_back(replaced, bucket, prefix, row_id))
        ctx.db.after_commit(lambda: files.discard(replaced))


def duplicate(ctx, bucket, prefix, row_id, other_id):
    """Store the file of a row, if there is one, for another row too."""
    if ctx.app.files.duplicate(bucket, prefix, row_id, other_id):
        ctx.db.after_rollback(lambda: ctx.app.files.remove(bucket, prefix, other_id))


def remove(ctx, places, row_id, force=False):
    """Remove the files of a row from these (bucket, prefix) places after the commit.

    Unless the server removes files, or with `force`, they stay.
    """
    if force or ctx.settings.remove_files:
        if ctx.deletion:
            ctx.deletion.files.add(places, row_id)
        else:
            ctx.db.after_commit(functools.partial(remove_now, ctx.app.files, places, row_id))


def remove_now(files, places, row_id):
    for bucket, prefix in places:
        files.remove(bucket, prefix, row_id)


@contextlib.contextmanager
def packing(ctx):
    """A temporary file to write an archive to, after waiting for a turn; an error closes it."""
    with ctx.app.jobs.packing.take(), contextlib.ExitStack() as held:
        yield held.enter_context(ctx.app.files.scratch())
        held.pop_all()
