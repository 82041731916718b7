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
    found = ctx.db.find(Software, name=name)
    if found is None:
        with ctx.db.write():
            found = ctx.db.insert(Software, name=name, short_name=short_name, file_extension=extension)
            emit(ctx, "software:new", {"software_id": found["id"]})
    return found


def default_output_type(ctx):
    """The output type for paths without one."""
    found = ctx.db.find(OutputType, name="Geometry")
    if found is None:
        with ctx.db.write():
            found = ctx.db.insert(OutputType, name="Geometry", short_name="")
            emit(ctx, "output_type:new", {"output_type_id": found["id"]})
    return found


def default_file_status(ctx):
    """The id of the status for new output files."""
    found = ctx.db.find(FileStatus, name="To review")
    if found:
        return found["id"]
    with ctx.db.write():
        return ctx.db.add(FileStatus, name="To review", color="#FFFFFF")
