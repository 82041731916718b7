"""Who has left a team changes nothing of its production, whatever they made, wrote or worked on there."""

import json

from rules.calls import Filled, routes

from kitsulite.auth import tokens
from kitsulite.models.fields import new_id
from kitsulite.models.tasks import Comment, Task, TaskPersonLink

#: table -> the column with the person who made a row
MAKERS = {
    **dict.fromkeys(
        ("chat_message", "comment", "output_file", "preview_file", "time_spent", "working_file"), "person_id"
    ),
    **dict.fromkeys(("entity", "playlist"), "created_by"),
    "task": "assigner_id",
}
#: what they still do: keep their own account of the time spent, and unsubscribe
KEPT = {
    *(f"{method} /actions/tasks/<task_id>/time-spents/<date>/persons/<person_id>" for method in ("POST", "DELETE")),
    "POST /actions/tasks/<task_id>/time-spents/<date>/persons/<person_id>/add",
    "DELETE /data/time-spents/<instance_id>",
    "DELETE /actions/user/tasks/<task_id>/unsubscribe",
    "POST /actions/user/tasks/unsubscribe",
    "DELETE /actions/user/sequences/<sequence_id>/task-types/<task_type_id>/unsubscribe",
}
#: about the studio, or the person alone
ELSEWHERE = (
    *("/auth/", "/actions/user/clear", "/actions/user/notifications", "/data/persons/<person_id>/desktop"),
    *("/data/search", "/data/user/desktop", "/data/user/filter"),
)


def test_who_has_left_a_team_changes_nothing_there(application):
    filled = Filled(application)
    studio, db = filled.studio, filled.studio.db
    leaver, reply = studio.person(), new_id()
    with db.write():
        for table, column in MAKERS.items():
            db.execute(f'UPDATE "{table}" SET {column} = ?', [leaver["id"]])
        for task_id in db.column("SELECT id FROM task"):
            db.add(TaskPersonLink, task_id=task_id, person_id=leaver["id"])
        replies = [{"id": reply, "text": "", "person_id": leaver["id"], "date": "2026-01-01T00:00:00"}]
        db.update(Comment, filled.values["comment_id"], replies=replies)
        db.execute("UPDATE task_status SET is_artist_allowed = 1")
    filled.values |= {"reply_id": reply, "person_id": leaver["id"], "date": filled.rows["time-spents"]["date"]}
    filled.token = tokens.pair(application.settings, leaver["id"])[0]
    filled.snapshots.take("filled")
    found = set()
    for route in routes("POST", "PUT", "DELETE"):
        if route.rule.startswith(ELSEWHERE):
            continue
        body = json.dumps(filled.body(route)).encode()
        answer = filled.send(route.method, filled.path(route), body=body)
        assert answer.status < 500, (route, answer.content)
        if answer.status < 300 and answer.content not in (b"[]", b"{}"):
            found.add(str(route))
        filled.reset()
    assert db.get(Task, filled.values["task_id"])["assigner_id"] == leaver["id"]
    assert found == KEPT
