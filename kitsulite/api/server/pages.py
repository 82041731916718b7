"""Routes for the built-in pages, below /kitsulite/: overview, mails, jobs, the first start."""

from kitsulite.api.policies import admin, person, public
from kitsulite.api.sign_in.fields import Filled
from kitsulite.domain.server import first_start, outbox, pages
from kitsulite.models.server import Job
from kitsulite.web import reply
from kitsulite.web.browser import address_of, with_tokens
from kitsulite.web.fields import Str
from kitsulite.web.route import get, post

#: mails bring their own styles, and nothing else
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
#: most jobs in a listing
MOST_JOBS = 100


@get("/kitsulite/about", allow=public)
def about(ctx):
    """Get the facts that a page needs before a login."""
    return {**pages.about(ctx), "ui": ctx.app.pages.has_client}


@get("/kitsulite/overview", allow=person)
def overview(ctx):
    """Get the open productions with their progress, the present persons, and the state of the server."""
    return {**pages.overview(ctx, ctx.app.present()), "ui": ctx.app.pages.has_client}


@post(
    "/kitsulite/first-start",
    allow=public,
    transaction=False,
    body={
        "token": Filled,
        "password": Filled,
        "again": Filled,
        "studio": Str(default="", max=80),
        "kind": Str(default="3d"),
        "email": Str(default="", max=255),
    },
)
def begin(ctx, token, password, again, studio, kind, email):
    """Set a new studio up with the token of the link that its first start prints; good once."""
    address = address_of(ctx.request)
    return with_tokens(ctx.request, first_start.begin(ctx, token, password, again, studio, kind, email, address))


@get("/kitsulite/outbox", allow=admin)
def list_mails(ctx):
    """List the mails kept without a mail server, newest first."""
    return outbox.listing(ctx)


@get("/kitsulite/outbox/<mail_id>", allow=admin)
def get_mail(ctx, mail_id):
    """Get a kept mail as text, with its links."""
    return outbox.whole(ctx, mail_id)


@get("/kitsulite/outbox/<mail_id>/page", allow=admin)
def show_mail(ctx, mail_id):
    """Show a kept mail as its reader sees it, in a sandbox."""
    headers = [("Content-Security-Policy", MAIL_POLICY), ("Cache-Control", "no-store")]
    return reply.text(outbox.page(ctx, mail_id), "text/html; charset=utf-8", headers=headers)


@get("/kitsulite/jobs", allow=admin)
def list_jobs(ctx):
    """List the newest jobs."""
    return ctx.db.all(Job, order=f"created_at DESC, rowid DESC LIMIT {MOST_JOBS}")


@post("/kitsulite/jobs/<job_id>/retry", allow=admin)
def retry_job(ctx, job_id):
    """Queue a failed or cancelled job again."""
    ctx.app.jobs.retry(ctx, job_id)
    return ctx.db.get(Job, job_id)


@post("/kitsulite/jobs/<job_id>/cancel", allow=admin)
def cancel_job(ctx, job_id):
    """Stop a waiting or running job."""
    ctx.app.jobs.cancel(ctx, job_id)
    return ctx.db.get(Job, job_id)
