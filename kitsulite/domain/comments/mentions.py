"""Mentions in texts: `@Full Name` or `@Department`, as whole words."""

import re

from kitsulite.domain.people.persons import NO_PREVIEW, full_name
from kitsulite.models.tasks import Comment
from kitsulite.store.statements import marks

HASHTAG = re.compile(r"#([^\W\d_]+)")


def named(text, names):
    """The ids of those whose names a text mentions; `names` are pairs (id, name)."""
    return [row_id for row_id, name in names if re.search(f"@{re.escape(name)}(?!\\w|-\\w)", text)]


def persons(ctx, text, project_id):
    """Ids of the team members whose full names a text mentions."""
    if "@" not in (text or ""):
        return []
    sql = (
        f"SELECT person.id, {full_name()} FROM person JOIN project_person_link l ON l.person_id = person.id"
        f" WHERE l.project_id = ? AND {NO_PREVIEW} ORDER BY person.created_at, person.rowid"
    )
    return named(text, ctx.db.execute(sql, [project_id]))


def departments(ctx, text):
    """Ids of the departments whose names a text mentions."""
    if "@" not in (text or ""):
        return []
    return named(text, ctx.db.execute("SELECT id, name FROM department ORDER BY name"))


def store(ctx, comment_id, text, project_id):
    """Replace the mentions of a comment by those in its text."""
    ctx.db.relate(Comment, comment_id, "mentions", persons(ctx, text, project_id))
    ctx.db.relate(Comment, comment_id, "department_mentions", departments(ctx, text))


def hashtags(text):
    """The hashtags of a text, in lower case."""
    return {word.lower() for word in HASHTAG.findall(text or "")}


def called(ctx, text, task):
    """Ids of the persons mentioned in a comment or reply: by name, then as members of departments.

    `text` is the row with its `mentions` and `department_mentions`; persons mentioned twice are listed twice.
    """
    members = []
    if text["department_mentions"]:
        members = ctx.db.column(
            "SELECT d.person_id FROM department_link d JOIN project_person_link l ON l.person_id = d.person_id"
            f" JOIN person ON person.id = d.person_id WHERE l.project_id = ? AND {NO_PREVIEW}"
            f" AND d.department_id IN ({marks(text['department_mentions'])})",
            [task["project_id"], *text["department_mentions"]],
        )
    return [*text["mentions"], *members]
