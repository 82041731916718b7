"""Deletes persons."""

from kitsulite.domain.comments import changes as comment_changes
from kitsulite.domain.deletion import references
from kitsulite.domain.files import places, stored_files
from kitsulite.domain.removal import remove_row
from kitsulite.errors import Refused, RowRejected
from kitsulite.events.bus import emit
from kitsulite.models.people import Person
from kitsulite.models.tasks import Comment


def remove(ctx, person_id, force=False):
    """Delete a person, with `force` also their work and avatar; raises Refused if more refers to them."""
    if force:
        release(ctx, person_id)
    try:
        remove_row(ctx.db, Person, person_id)
    except RowRejected:
        raise Refused("Some data are still linked to given person.") from None
    stored_files.remove(ctx, (places.AVATAR,), person_id, force)


def remove_preview_account(ctx, project_id):
    """Delete the preview account of a project, if there is one, with everything done with it."""
    account_id = ctx.db.value("SELECT id FROM person WHERE preview_project_id = ?", [project_id])
    if account_id:
        remove(ctx, account_id, force=True)
        emit(ctx, "person:delete", {"person_id": account_id})


def release(ctx, person_id):
    """Remove or detach what refers to a person."""
    for comment in ctx.db.all(Comment, "person_id = ?", [person_id]):
        comment_changes.erase(ctx, comment)
    references.release(ctx.db, Person, "SELECT ?", [person_id])
