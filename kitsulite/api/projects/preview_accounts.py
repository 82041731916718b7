"""The preview account of a production, with which its managers see what clients see."""

from kitsulite.api.policies import manager_of
from kitsulite.domain.deletion.persons import remove_preview_account
from kitsulite.domain.ids import path_id
from kitsulite.domain.projects import preview_accounts
from kitsulite.web.fields import Bool
from kitsulite.web.route import delete, get, post, put

ACCOUNT = "/data/projects/<project_id>/preview-account"
MANAGER = manager_of("project_id")


@get(ACCOUNT, allow=MANAGER)
def get_account(ctx, project_id):
    """Get the preview account of a project, or null."""
    return preview_accounts.shown(ctx, path_id(project_id))


@post(ACCOUNT, allow=MANAGER, status=201, transaction=False)
def make_account(ctx, project_id):
    """Create the preview account of a project, or set a new password, which is only shown here."""
    return preview_accounts.make(ctx, project_id)


@put(ACCOUNT, allow=MANAGER, body={"is_open": Bool(required=True)})
def open_account(ctx, project_id, is_open):
    """Open the preview account of a project for an hour, or close it."""
    return preview_accounts.set_open(ctx, path_id(project_id), is_open)


@delete(ACCOUNT, allow=MANAGER)
def delete_account(ctx, project_id):
    """Delete the preview account of a project."""
    remove_preview_account(ctx, path_id(project_id))
