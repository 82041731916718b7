"""Default rows for references of files, created when they are first needed."""

from kitsulite.events.bus import emit
from kitsulite.models.files import FileStatus, OutputType
from kitsulite.models.people import Software


def default_software(ctx):
    """The software for paths without one."""
    return software(ctx, "3ds Max", "max", ".max")


def software_of_new_files(ctx):
    """The software for working files without one."""
    return software(ctx, "Blender", "blender", ".blend")


def software(ctx, name, short_name, extension):
    """The software with a name, which is created if it is missing."""
    row = ctx.db.find(Software, name=name)
    if row is None:
        with ctx.db.write():
            row = ctx.db.insert(Software, name=name, short_name=short_name, file_extension=extension)
            emit(ctx, "software:new", {"software_id": row["id"]})
    return row


def default_output_type(ctx):
    """The output type for paths without one."""
    row = ctx.db.find(OutputType, name="Geometry")
    if row is None:
        with ctx.db.write():
            row = ctx.db.insert(OutputType, name="Geometry", short_name="")
            emit(ctx, "output_type:new", {"output_type_id": row["id"]})
    return row


def default_file_status(ctx):
    """The id of the status for new output files."""
    status = ctx.db.find(FileStatus, name="To review")
    if status:
        return status["id"]
    with ctx.db.write():
        return ctx.db.add(FileStatus, name="To review", color="#FFFFFF")
