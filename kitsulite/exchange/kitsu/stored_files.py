"""The stored files of rows: their place here, and their path on another Kitsu server."""

from dataclasses import dataclass
from urllib.parse import quote

from kitsulite.domain.files import places
from kitsulite.domain.previews.uploads import IMPORTED
from kitsulite.models import files, people, previews, projects
from kitsulite.models.fields import as_object

#: tables whose rows have an avatar -> their word in paths
AVATARS = {people.Person: "persons", people.Organisation: "organisations", projects.Project: "projects"}


@dataclass(frozen=True)
class StoredFile:
    """`is_needed`: its absence is reported; the others are variants that not every server has."""

    path: str
    place: tuple[str, str]
    is_needed: bool = True


def of_row(model, row):
    """The files that a row may have, originals before their variants."""
    row_id = row["id"]
    if model in AVATARS and row.get("has_avatar"):
        return [StoredFile(f"/pictures/thumbnails/{AVATARS[model]}/{row_id}.png", places.AVATAR)]
    if model is previews.PreviewBackgroundFile and row.get("extension"):
        return of_background(row)
    if model is previews.AttachmentFile:
        return of_attachment(row)
    if model is previews.PreviewFile:
        return of_preview(row)
    if model is files.WorkingFile:
        return [StoredFile(f"/data/working-files/{row_id}/file", places.WORKING_FILE, is_needed=False)]
    return []


def of_background(row):
    path = f"/preview-background-files/{row['id']}"
    return [
        StoredFile(f"/pictures{path}.{quote(row['extension'])}", places.BACKGROUND),
        StoredFile(f"/pictures/thumbnails{path}.png", places.BACKGROUND_THUMBNAIL, is_needed=False),
    ]


def of_attachment(row):
    name = quote(row.get("name") or "file", safe="")
    return [
        StoredFile(f"/data/attachment-files/{row['id']}/file/{name}", places.ATTACHMENT),
        StoredFile(
            f"/pictures/thumbnails/attachment-files/{row['id']}.png", places.ATTACHMENT_THUMBNAIL, is_needed=False
        ),
    ]


def of_preview(row):
    """The file of a preview and its variants; nothing if the preview has no file."""
    if row.get("status") != "ready" or as_object(row.get("data")).get(IMPORTED) or not row.get("extension"):
        return []
    path, extension = f"/preview-files/{row['id']}", row["extension"]
    pictures = [
        StoredFile(f"/pictures/{name}{path}.png", ("pictures", name), is_needed=False)
        for name in ("previews", "thumbnails", "thumbnails-square")
    ]
    if extension == "mp4":
        movies = (("originals", "previews"), ("low", "lowdef"), ("source", "source"))
        return [
            *(
                StoredFile(f"/movies/{name}{path}.mp4", ("movies", prefix), name == "originals")
                for name, prefix in movies
            ),
            StoredFile(f"/movies/tiles{path}.png", places.PREVIEW_TILES, is_needed=False),
            StoredFile(f"/pictures/originals{path}.png", places.PREVIEW_ORIGINAL, is_needed=False),
            *pictures,
        ]
    if extension == "png":
        return [StoredFile(f"/pictures/originals{path}.png", places.PREVIEW_ORIGINAL), *pictures]
    return [StoredFile(f"/pictures/originals{path}.{quote(extension)}", places.PREVIEW_FILE), *pictures]


#: tables whose rows may have files
MODELS = (
    *AVATARS,
    previews.PreviewBackgroundFile,
    previews.AttachmentFile,
    previews.PreviewFile,
    files.WorkingFile,
)
