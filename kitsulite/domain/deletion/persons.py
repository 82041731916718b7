"""What is deleted with a person, and what keeps them from being deleted."""

from kitsulite.domain.comments import changes as comment_changes
from kitsulite.domain.rows import remove_row
from kitsulite.errors import Refused, RowRejected
from kitsulite.models.people import Person
from kitsulite.models.tasks import Comment

#: (table, column): rows that a forced deletion removes
REMOVED = (
    ("comment_acknoledgments", "person"),
    ("api_event", "user_id"),
    ("notification", "person_id"),
    ("notification", "author_id"),
    ("search_filter", "person_id"),
    ("search_filter_group", "person_id"),
    ("desktop_login_log", "person_id"),
    ("login_log", "person_id"),
    ("subscription", "person_id"),
    ("time_spent", "person_id"),
    ("project_person_link", "person_id"),
    ("task_person_link", "person_id"),
    ("production_schedule_version_task_link_person_link", "person_id"),
)
#: (table, column): references that a forced deletion makes null
CLEARED = (
    ("task", "assigner_id"),
    ("output_file", "person_id"),
    ("working_file", "person_id"),
    ("preview_file", "person_id"),
)


def remove(ctx, person_id, force=False):
    """Delete a person; with `force` their work is deleted first, and stays deleted if the person cannot be."""
    if force:
        release(ctx, person_id)
    try:
        with ctx.db.savepoint():
            remove_row(ctx.db, Person, person_id)
    except RowRejected:
        raise Refused("Some data are still linked to given person.", keeps_changes=force) from None


def release(ctx, person_id):
    """Remove or detach what refers to a person."""
    for comment in ctx.db.all(Comment, "person_id = ?", [person_id]):
        comment_changes.erase(ctx, comment)
    filters = "UPDATE search_filter SET search_filter_group_id = NULL WHERE search_filter_group_id IN"
    ctx.db.execute(f"{filters} (SELECT id FROM search_filter_group WHERE person_id = ?)", [person_id])
    for table, column in REMOVED:
        ctx.db.execute(f"DELETE FROM {table} WHERE {column} = ?", [person_id])
    for table, column in CLEARED:
        ctx.db.execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ?", [person_id])
