"""Annotations: drawings of reviewers on the frames of a preview.

`preview_file.annotations` is a list of `{"time": seconds, "drawing": {"objects": [...]}, ...}`;
an object is identified by its `id`.
"""

from kitsulite.domain.previews import previews
from kitsulite.errors import BadParameter
from kitsulite.events.bus import emit
from kitsulite.models.fields import new_id
from kitsulite.models.previews import PreviewFile


def update(ctx, preview, person_id, additions, updates, deletions):
    """Change the annotations of a preview on behalf of a person and emit the event; returns the preview."""
    preview = ctx.db.get(PreviewFile, preview["id"])
    merged = merge(preview["annotations"], additions, updates, deletions)
    ctx.db.update(PreviewFile, preview["id"], annotations=merged)
    preview = ctx.db.get(PreviewFile, preview["id"])
    payload = {"preview_file_id": preview["id"], "person_id": person_id, "updated_at": preview["updated_at"]}
    emit(ctx, "preview-file:annotation-update", payload, previews.project_id_of(ctx, preview))
    return preview


def merge(stored, additions, updates, deletions):
    """The stored annotations after additions, updates and deletions, in this order; times must match exactly."""
    annotations = stored if isinstance(stored, list) else []
    entries = [identified(entry) for entry in annotations if isinstance(entry, dict)]
    for addition in map(identified, additions):
        entry = at(entries, addition)
        if entry is None:
            entries.append(addition)
        else:
            ids = {item["id"] for item in objects(entry)}
            put(entry, objects(entry) + [item for item in objects(addition) if item["id"] not in ids])
    for change in updates:
        entry = at(entries, change)
        if entry is not None:
            ids = {item["id"] for item in objects(entry)}
            new = {item["id"]: item for item in objects(change) if item.get("id") in ids}
            put(entry, [item for item in objects(entry) if item["id"] not in new] + list(new.values()))
    for deletion in deletions:
        entry = at(entries, deletion)
        if entry is not None:
            deleted = deletion.get("objects") or []
            if not isinstance(deleted, list):
                raise BadParameter("The objects of a deletion must be a list of ids.")
            put(entry, [item for item in objects(entry) if item["id"] not in deleted])
    return [entry for entry in entries if objects(entry)]


def at(entries, change):
    """The entry with the same time as a change, or None."""
    if "time" not in change:
        raise BadParameter("An annotation needs a time.")
    return next((entry for entry in entries if entry.get("time") == change["time"]), None)


def objects(entry):
    """The drawn objects of an entry."""
    drawing = entry.get("drawing") or {}
    if not isinstance(drawing, dict):
        raise BadParameter("The drawing of an annotation must be an object.")
    drawn = drawing.get("objects") or []
    if not (isinstance(drawn, list) and all(isinstance(item, dict) for item in drawn)):
        raise BadParameter("The objects of an annotation must be a list of objects.")
    if any(isinstance(item.get("id"), (dict, list)) for item in drawn):
        raise BadParameter("The id of a drawn object must be a text.")
    return drawn


def put(entry, drawn):
    entry["drawing"] = {**(entry.get("drawing") or {}), "objects": drawn}


def identified(entry):
    """A copy of an entry in which all objects have an id."""
    entry = dict(entry)
    put(entry, [item if item.get("id") else {**item, "id": new_id()} for item in objects(entry)])
    return entry
