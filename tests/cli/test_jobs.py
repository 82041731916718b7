"""The jobs of a folder, from the command line."""

import pytest

from kitsulite.context import Context
from kitsulite.models.fields import new_id
from kitsulite.models.previews import PreviewFile
from kitsulite.models.server import Job


@pytest.fixture
def job(opened):
    """A conversion that failed, and its preview."""
    db = opened.db
    with db.write():
        preview_id = db.add(PreviewFile, name="main", extension="mp4", status="broken")
        job_id = opened.jobs.add(Context(opened), "movie", preview_id, new_id(), now=True)
        message = {"message": "The file holds no video.", "output": "moov atom not found"}
        db.execute("UPDATE job SET state = 'failed', message = :message, output = :output", message)
    return db.get(Job, job_id)


def test_jobs_are_listed_with_what_is_wrong(kitsulite_command, job):
    code, out, _ = kitsulite_command("jobs", "list")
    assert code == 0
    assert out.split()[:4] == [job["id"][:8], "failed", "0%", "movie"]
    assert out.endswith("The file holds no video.\n")
    assert kitsulite_command("jobs", "list", "--state", "queued") == (0, "", "")
    assert kitsulite_command("jobs", "list", "--limit", "0") == (0, "", "")


def test_a_job_is_shown_with_its_output(kitsulite_command, job):
    _, out, _ = kitsulite_command("jobs", "show", job["id"][:8])
    assert f"id:          {job['id']}\n" in out
    assert out.endswith("\n\nmoov atom not found\n")


def test_a_job_without_output_shows_none(kitsulite_command, opened, job):
    with opened.db.write():
        opened.db.execute("UPDATE job SET output = NULL")
    _, out, _ = kitsulite_command("jobs", "show", job["id"])
    assert out.splitlines()[-1].startswith("ended_at:")


def test_a_failed_job_is_queued_again_and_cancelled(kitsulite_command, opened, job):
    assert kitsulite_command("jobs", "retry", job["id"])[0] == 0
    assert opened.db.get(Job, job["id"])["state"] == "queued"
    assert opened.db.value("SELECT status FROM preview_file") == "processing"
    assert kitsulite_command("jobs", "retry", job["id"])[0] == 1
    assert kitsulite_command("jobs", "cancel", job["id"])[0] == 0
    assert opened.db.get(Job, job["id"])["state"] == "cancelled"
    assert opened.db.value("SELECT status FROM preview_file") == "broken"
    code, _, errors = kitsulite_command("jobs", "cancel", job["id"])
    assert (code, "nothing to cancel" in errors) == (1, True)


def test_movies_that_were_stored_without_ffmpeg_are_queued(kitsulite_command, opened, clips):
    with opened.db.write():
        preview_id = opened.db.add(PreviewFile, name="main", extension="mp4", status="ready", data={"converted": False})
        opened.db.add(PreviewFile, name="other", extension="mp4", status="ready", data={})
    assert kitsulite_command("jobs", "convert") == (0, "1 movies are queued.\n", "")
    assert opened.db.value("SELECT status FROM preview_file WHERE id = ?", [preview_id]) == "processing"
    assert opened.db.column("SELECT subject_id FROM job WHERE state = 'queued'") == [preview_id]
    assert kitsulite_command("jobs", "convert") == (0, "0 movies are queued.\n", "")


def test_an_unknown_job_is_named(kitsulite_command):
    code, _, errors = kitsulite_command("jobs", "show", "12345678")
    assert (code, errors) == (
        1,
        "kitsulite: No jobs have an id that begins with 12345678: see `kitsulite jobs list`.\n",
    )
