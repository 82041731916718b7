"""Exports all previews of a playlist in one archive."""

import json
import zipfile

from kitsulite.domain.files import stored_files
from kitsulite.domain.playlists.views import entries_of
from kitsulite.domain.previews import stored_previews
from kitsulite.domain.slugs import slug
from kitsulite.models.entities import Entity
from kitsulite.models.previews import PreviewFile
from kitsulite.models.projects import Project


def context_name(ctx, playlist):
    """`<project>[_<episode or pack>]_<playlist>`, for file names."""
    project = ctx.db.get(Project, playlist["project_id"])
    names = [project["name"]]
    if project["production_type"] == "tvshow":
        episode_id = playlist["episode_id"]
        names.append(ctx.db.get(Entity, episode_id)["name"] if episode_id else pack_name(playlist))
    return "_".join(map(slug, [*names, playlist["name"]]))


def pack_name(playlist):
    """The name of the pack of a playlist without an episode."""
    if not playlist["is_for_all"]:
        return "main_pack"
    return "all_shots" if playlist["for_entity"] == "shot" else "all_assets"


def archive(ctx, playlist):
    """A temporary file with the previews of a playlist and those of the same revision."""
    taken = set()
    with stored_files.packing(ctx) as stream, zipfile.ZipFile(stream, "w") as packed:
        for preview in revisions(ctx, playlist):
            path = stored_previews.download(ctx, preview)
            if path:
                packed.write(path, free_name(stored_previews.download_name(ctx, preview), taken))
    return stream


def revisions(ctx, playlist):
    """The previews of the entries of a playlist, and the others of their revisions, each once.

    Only those of the project, and of shared entities, are included.
    """
    ids = ctx.db.column(
        "SELECT f.id FROM json_each(?) entry JOIN preview_file shown ON shown.id = entry.value"
        " JOIN task t ON t.id = shown.task_id JOIN entity e ON e.id = t.entity_id"
        " JOIN preview_file f ON f.task_id = shown.task_id AND f.revision IS shown.revision"
        " WHERE e.project_id = ? OR e.is_shared ORDER BY entry.key, f.position, f.rowid",
        [json.dumps([entry.get("preview_file_id") for entry in entries_of(playlist)]), playlist["project_id"]],
    )
    return [ctx.db.get(PreviewFile, preview_id) for preview_id in dict.fromkeys(ids)]


def free_name(name, taken):
    """A name that no other file in the archive has."""
    name = stored_previews.name_inside(name)
    stem, dot, extension = name.rpartition(".")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem}-{number}{dot}{extension}"
    taken.add(free)
    return free
