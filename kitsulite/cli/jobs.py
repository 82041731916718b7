"""`jobs`: list and manage the conversions of movies and builds of playlists."""

from kitsulite.cli.command import command, opened, option
from kitsulite.errors import SetupError

STATES = ("queued", "running", "done", "failed", "cancelled")
ID = option("job", metavar="JOB", help="id of the job, or the beginning of it")


@command(
    "jobs list",
    option("--state", choices=STATES, help="only jobs in this state"),
    option("--limit", type=int, default=50, metavar="N", help="maximum number of jobs (default: 50)"),
)
def list_jobs(args):
    """List the jobs, newest first.

    Each with its id, state, progress, kind, when it was created, and what went wrong.

    kitsulite jobs list
    kitsulite jobs list --state failed
    """
    from kitsulite.models.server import Job

    with opened(args) as app:
        where, params = ("state = ?", [args.state]) if args.state else ("1", [])
        for job in app.db.all(Job, where, params, "created_at DESC, rowid DESC")[: args.limit]:
            print(
                f"{job['id'][:8]}  {job['state']:9} {job['progress']:4.0%}  {job['kind']:8}  {job['created_at']}"
                f"  {job['message'] or ''}".rstrip()
            )


@command("jobs show", ID)
def show_job(args):
    """Show a job with the last lines of its output.

    kitsulite jobs show 5f0c2a7b
    """
    with opened(args) as app:
        job = find(app, args.job)
        for name in ("id", "kind", "state", "progress", "tries", "message", "subject_id", "project_id", "person_id"):
            print(f"{name + ':':12} {'' if job[name] is None else job[name]}".rstrip())
        for name in ("created_at", "started_at", "ended_at"):
            print(f"{name + ':':12} {job[name] or ''}".rstrip())
        if job["output"]:
            print(f"\n{job['output']}")


@command("jobs retry", ID)
def retry_job(args):
    """Queue a failed or cancelled job again.

    A running server starts it within seconds.

    kitsulite jobs retry 5f0c2a7b
    """
    change(args, lambda app: app.jobs.retry, "is queued again")


@command("jobs cancel", ID)
def cancel_job(args):
    """Stop a waiting or running job.

    kitsulite jobs cancel 5f0c2a7b
    """
    change(args, lambda app: app.jobs.cancel, "is cancelled")


@command("jobs convert")
def convert(args):
    """Queue the movies that were stored without ffmpeg, for the server to convert.

    kitsulite jobs convert
    """
    from kitsulite.context import Context
    from kitsulite.domain.previews import conversions

    with opened(args) as app:
        app.jobs.stop()
        print(f"{conversions.convert_kept(Context(app))} movies are queued.")


def change(args, act, done):
    from kitsulite.context import Context

    with opened(args) as app:
        # this process only changes the queue; the server does the work
        app.jobs.stop()
        job = find(app, args.job)
        with app.db.write():
            act(app)(Context(app), job["id"])
    print(f"{job['id']} {done}.")


def find(app, beginning):
    """The job whose id begins with this text."""
    from kitsulite.models.server import Job

    jobs = app.db.all(Job, "substr(id, 1, length(?)) = ?", [beginning.lower()] * 2)
    if len(jobs) != 1:
        raise SetupError(
            f"{len(jobs) or 'No'} jobs have an id that begins with {beginning}: see `kitsulite jobs list`."
        )
    return jobs[0]
