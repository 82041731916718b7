"""A production that is deleted by force takes everything along that was made in it, and nothing else."""

import io

from kitsulite.domain.deletion import projects as deletion
from kitsulite.models import TABLES
from kitsulite.models.activity import (
    ApiEvent,
    Chat,
    ChatMessage,
    ChatParticipant,
    News,
    Notification,
    SearchFilter,
    SearchFilterGroup,
    Subscription,
)
from kitsulite.models.entities import (
    AssetInstance,
    AssetInstanceLink,
    EntityConceptLink,
    EntityLink,
    EntityVersion,
)
from kitsulite.models.files import FileStatus, OutputFile, WorkingFile
from kitsulite.models.people import Department
from kitsulite.models.previews import AttachmentFile, BuildJob, Playlist, PlaylistShareLink, PreviewFile
from kitsulite.models.projects import (
    Budget,
    BudgetEntry,
    MetadataDescriptor,
    Milestone,
    ProductionScheduleVersion,
    ProductionScheduleVersionTaskLink,
    Project,
    ProjectStatus,
    ScheduleItem,
)
from kitsulite.models.tasks import Comment, CommentPreviewLink, TimeSpent
from kitsulite.store.transactions import Transaction

#: tables that do not belong to a production, or that a deletion writes to
OF_THE_STUDIO = {"api_event"}


def closed(studio, **columns):
    return studio.project(project_status_id=studio.db.find(ProjectStatus, name="Closed")["id"], **columns)


def counts(studio):
    return {name: studio.db.value(f'SELECT count(*) FROM "{name}"') for name in TABLES if name not in OF_THE_STUDIO}


def fill(studio, project):
    """Rows of every kind that a production may hold."""
    artist, p = studio.admin, {"project_id": project["id"]}
    department = studio.db.find(Department, name="Layout")
    episode = studio.entity(project, "Episode")
    sequence = studio.entity(project, "Sequence", parent_id=episode["id"])
    shot = studio.entity(project, "Shot", parent_id=sequence["id"])
    asset = studio.entity(project, "Prop", source_id=episode["id"])
    concept = studio.entity(project, "Concept")
    studio.add(EntityLink, entity_in_id=shot["id"], entity_out_id=asset["id"])
    studio.add(EntityConceptLink, entity_in_id=concept["id"], entity_out_id=asset["id"])
    studio.add(EntityVersion, name="old", entity_id=shot["id"])
    instance = studio.add(AssetInstance, asset_id=asset["id"], scene_id=shot["id"])
    studio.link(AssetInstanceLink, entity_id=shot["id"], asset_instance_id=instance["id"])
    studio.add(Subscription, person_id=artist["id"], entity_id=sequence["id"])
    task = studio.task(shot, "Layout", [artist])
    status = studio.db.find(FileStatus) or studio.add(FileStatus, name="To review", color="#000000")
    working = studio.add(WorkingFile, name="w", entity_id=asset["id"])
    of_task = studio.add(WorkingFile, name="w", task_id=task["id"])
    for entity, source in ((asset, working), (shot, of_task)):
        output = studio.add(
            OutputFile,
            **{"name": "o", "revision": 1, "file_status_id": status["id"]},
            **{"entity_id": entity["id"], "source_file_id": source["id"]},
        )
    preview = studio.add(PreviewFile, name="p", task_id=task["id"], source_file_id=output["id"], extension="png")
    comment = studio.add(
        Comment, object_id=task["id"], object_type="Task", person_id=artist["id"], preview_file_id=preview["id"]
    )
    studio.link(CommentPreviewLink, comment=comment["id"], preview_file=preview["id"])
    of_comment = {"task_id": task["id"], "comment_id": comment["id"], "author_id": artist["id"]}
    studio.add(News, **of_comment, preview_file_id=preview["id"])
    studio.add(Notification, **of_comment, person_id=artist["id"], type="comment")
    studio.add(TimeSpent, task_id=task["id"], person_id=artist["id"], date="2026-01-01", duration=1)
    with studio.db.write():
        studio.db.execute("UPDATE task SET last_preview_file_id = ? WHERE id = ?", [preview["id"], task["id"]])
        studio.db.execute("UPDATE entity SET preview_file_id = ? WHERE id = ?", [preview["id"], shot["id"]])
    playlist = studio.add(Playlist, name="p", episode_id=episode["id"], **p)
    studio.add(BuildJob, status="succeeded", job_type="movie", playlist_id=playlist["id"])
    studio.add(PlaylistShareLink, playlist_id=playlist["id"], token=playlist["id"], created_by=artist["id"])
    budget = studio.add(Budget, name="b", **p)
    studio.add(
        BudgetEntry,
        **{"budget_id": budget["id"], "department_id": department["id"], "start_date": "2026-01-01"},
        **{"months_duration": 1, "daily_salary": 1},
    )
    described = studio.add(MetadataDescriptor, name="d", field_name="d", entity_type="Asset", **p)
    with studio.db.write():
        studio.db.relate(MetadataDescriptor, described["id"], "departments", [department["id"]])
    studio.add(Milestone, name="m", **p)
    studio.add(ScheduleItem, object_id=sequence["id"], **p)
    version = studio.add(ProductionScheduleVersion, name="v", **p)
    studio.add(ProductionScheduleVersion, name="w", production_schedule_from=version["id"], **p)
    link = studio.add(
        ProductionScheduleVersionTaskLink, production_schedule_version_id=version["id"], task_id=task["id"]
    )
    with studio.db.write():
        studio.db.relate(ProductionScheduleVersionTaskLink, link["id"], "assignees", [artist["id"]])
        studio.db.update(Project, project["id"], from_schedule_version_id=version["id"])
        studio.db.relate(Project, project["id"], "team", [artist["id"]])
        studio.db.relate(Project, project["id"], "task_types", [studio.task_type("Layout")["id"]])
    group = studio.add(SearchFilterGroup, list_type="shot", **p)
    studio.add(SearchFilter, list_type="shot", search_filter_group_id=group["id"])
    studio.add(SearchFilter, list_type="shot", **p)
    studio.add(ApiEvent, name="shot:new", **p)
    chat = studio.add(Chat, object_id=shot["id"])
    studio.link(ChatParticipant, chat_id=chat["id"], person_id=artist["id"])
    message = studio.add(ChatMessage, chat_id=chat["id"], person_id=artist["id"])
    studio.add(AttachmentFile, name="a", extension="txt", chat_message_id=message["id"])
    return shot, preview


def test_everything_goes_and_nothing_else(studio, admin):
    fill(studio, closed(studio))
    before = counts(studio)
    assert all(before[name] for name in ("task", "preview_file", "budget_entry", "playlist", "asset_instance_link"))
    project = closed(studio)
    shot, _ = fill(studio, project)
    elsewhere = studio.entity(studio.project(), "Shot")
    foreign_link = studio.add(EntityLink, entity_in_id=elsewhere["id"], entity_out_id=shot["id"])
    path = f"/data/projects/{project['id']}"
    assert admin.delete(path).status_int == 400
    assert admin.delete(f"{path}?force=true").status_int == 204
    after = counts(studio)
    # the foreign production and its shot stay, its link to the deleted asset does not
    assert after == {**before, "project": before["project"] + 1, "entity": before["entity"] + 1}
    assert not studio.db.exists(EntityLink, id=foreign_link["id"])
    assert not studio.db.exists(ApiEvent, project_id=project["id"])
    assert list(studio.db.execute("PRAGMA foreign_key_check")) == []


def test_the_events_of_a_deletion(studio, admin):
    project = closed(studio)
    fill(studio, project)
    heard = []
    stop = studio.app.bus.listen(lambda name, payload: heard.append((name, payload)))
    admin.delete(f"/data/projects/{project['id']}?force=true")
    stop()
    names = [name for name, _ in heard]
    assert names == ["build-job:delete", "playlist:delete", "news:delete", "task:delete", "project:delete"]
    assert heard[-1][1] == {"project_id": project["id"]}
    assert studio.events("project:delete", "task:delete") == ["project:delete"]


def test_what_happens_to_other_productions_stays_in_the_log(studio, admin):
    project, other = closed(studio), studio.project()
    _, preview = fill(studio, project)
    playlist = studio.add(Playlist, name="Best of", project_id=other["id"], shots=[{"preview_file_id": preview["id"]}])
    admin.delete(f"/data/projects/{project['id']}?force=true")
    assert studio.db.get(Playlist, playlist["id"])["shots"] == []
    assert studio.events("playlist:update", "playlist:delete") == ["playlist:update"]


def test_files_of_previews_go_too(studio, admin):
    project = closed(studio)
    _, preview = fill(studio, project)
    files = studio.app.files
    files.write("pictures", "original", preview["id"], io.BytesIO(b"picture"))
    admin.delete(f"/data/projects/{project['id']}?force=true")
    assert files.find("pictures", "original", preview["id"]) is None


def test_a_deletion_that_is_rolled_back_removes_no_files_and_tells_nobody(studio, admin, monkeypatch):
    project, heard = closed(studio), []
    _, preview = fill(studio, project)
    before = counts(studio)
    studio.app.files.write("pictures", "original", preview["id"], io.BytesIO(b"picture"))
    stop = studio.app.bus.listen(lambda *event: heard.append(event))
    monkeypatch.setattr(deletion, "remove_row", lambda *_: studio.db.execute("INSERT INTO project (id) VALUES (1)"))
    assert admin.delete(f"/data/projects/{project['id']}?force=true").status_int == 400
    stop()
    assert (heard, counts(studio)) == ([], before)
    assert studio.app.files.find("pictures", "original", preview["id"])


def test_what_is_kept_until_the_commit_does_not_grow_with_the_production(studio, admin, monkeypatch):
    kept, commits = [], []
    commit = Transaction.committed
    monkeypatch.setattr(Transaction, "committed", lambda self: (kept.append(len(self._on_commit)), commit(self)))
    monkeypatch.setattr(deletion, "AT_ONCE", 2)
    for amount in (1, 5):
        project, heard = closed(studio), []
        for _ in range(amount):
            task = studio.task(studio.entity(project, "Shot"), "Layout")
            studio.add(PreviewFile, name="p", task_id=task["id"], extension="png")
            studio.add(News, task_id=task["id"], author_id=studio.admin["id"])
            studio.add(Playlist, name=task["id"], project_id=project["id"])
        stop = studio.app.bus.listen(lambda name, _, heard=heard: heard.append(name))
        admin.delete(f"/data/projects/{project['id']}?force=true")
        stop()
        names = ("news:delete", "task:delete", "playlist:delete")
        assert [heard.count(name) for name in names] == [amount] * len(names)
        # the first commits are of what fills the productions
        commits.append(kept[-1])
    assert commits[0] == commits[1]


def test_what_a_deletion_may_undo_is_not_kept_in_memory(studio, admin, monkeypatch):
    found = []
    monkeypatch.setattr(deletion, "remove", lambda ctx, *args: found.append(ctx.db.value("PRAGMA temp_store")))
    admin.delete(f"/data/projects/{closed(studio)['id']}?force=true")
    in_files, in_memory = 1, 2
    assert found == [in_files]
    assert studio.db.value("PRAGMA temp_store") == in_memory


def test_an_open_production_is_not_even_deleted_by_force(studio, admin):
    project = studio.project()
    fill(studio, project)
    before = counts(studio)
    assert admin.delete(f"/data/projects/{project['id']}?force=true").status_int == 400
    manager = studio.person("manager")
    closed_one = closed(studio, team=[manager])
    assert studio.api(manager).delete(f"/data/projects/{closed_one['id']}?force=true").status_int == 403
    assert counts(studio)["task"] == before["task"]
