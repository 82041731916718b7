"""What a constraint refuses is said with the column and what is allowed."""

import re
import sqlite3

import pytest

from kitsulite.errors import BadParameter
from kitsulite.store.refusals import CHECKS, raise_refusal


def test_every_condition_of_a_column_has_words(studio):
    schemas = studio.db.column("SELECT sql FROM sqlite_master WHERE sql LIKE '%CHECK%'")
    found = {check for sql in schemas for check in re.findall(r"CHECK \((.*?)\)(?:,|\)|$| )", sql)}
    assert found
    assert found == set(CHECKS)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("day-offs", {"date": "2026-03-05", "end_date": "2026-03-02"}, "end_date must not be before date."),
        ("departments", {"name": "Twice", "color": "#000000"}, "A row with the same name exists already."),
        (
            "milestones",
            {"name": "Alpha", "task_type_id": "{unknown}"},
            "task_type_id refers to a row that does not exist",
        ),
        ("departments", {"name": "No color"}, "A required field is missing: color."),
    ],
)
def test_a_refusal_names_the_column(studio, admin, project, path, body, message):
    unknown = "00000000-0000-4000-8000-000000000000"
    studio.department(name="Twice")
    body = {key: value.format(unknown=unknown) for key, value in body.items()}
    body |= {"person_id": studio.admin["id"]} if path == "day-offs" else {}
    body |= {"project_id": project["id"]} if path == "milestones" else {}
    answer = admin.post(f"/data/{path}", body)
    assert (answer.status_int, answer.json["message"][: len(message)]) == (400, message)


@pytest.mark.parametrize("text", ["LIKE or GLOB pattern too complex", "too many SQL variables"])
def test_what_is_too_long_for_this_sqlite_is_the_fault_of_the_query(text):
    with pytest.raises(BadParameter, match="too long"):
        raise_refusal(sqlite3.OperationalError(text))
