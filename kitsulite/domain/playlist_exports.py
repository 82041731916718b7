"""Playlists as files: all their previews in one archive."""

import re
import tempfile
import zipfile

from kitsulite.domain import stored_previews
from kitsulite.domain.playlist_views import entries_of
from kitsulite.domain.slugs import slug
from kitsulite.models.entities import Entity
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project


def context_name(ctx, playlist):
    """`<production>[_<episode or pack>]_<playlist>`, as part of a file name."""
    project = ctx.db.get(Project, playlist["project_id"])
    names = [project["name"]]
    if project["production_type"] == "tvshow":
        pack = "all_assets" if playlist["is_for_all"] else "main_pack"
        episode_id = playlist["episode_id"]
        names.append(ctx.db.get(Entity, episode_id)["name"] if episode_id else pack)
    return "_".join(map(slug, [*names, playlist["name"]]))


def archive(ctx, playlist):
    """A temporary file, open at its start, with the previews of a playlist and those of the same revision."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115
    with zipfile.ZipFile(stream, "w") as packed:
        taken = set()
        for preview in revisions(ctx, playlist):
            path = stored_previews.download(ctx, preview)
            if path:
                packed.write(path, free_name(stored_previews.download_name(ctx, preview), taken))
    stream.seek(0)
    return stream


def revisions(ctx, playlist):
    """The previews that the entries of a playlist show and the others of their revisions, each once."""
    found = {}
    for entry in entries_of(playlist):
        shown = ctx.db.find(PreviewFile, id=entry.get("preview_file_id")) if entry.get("preview_file_id") else None
        if shown:
            place = "task_id = ? AND revision = ?"
            for preview in ctx.db.all(PreviewFile, place, [shown["task_id"], shown["revision"]], "position, rowid"):
                found[preview["id"]] = preview
    return found.values()


def free_name(name, taken):
    """A name without folders that no other file of the archive has."""
    name = re.sub(r"[\\/\x00-\x1f]", "_", name).lstrip(".") or "preview"
    stem, dot, extension = name.rpartition(".")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem}-{number}{dot}{extension}"
    taken.add(free)
    return free
