"""Rules about the whole run of the tests, in one or several processes."""

from rules import statements

from kitsulite.application import declared_routes
from kitsulite.events import names
from kitsulite.models.people import Person

ROUTES = declared_routes()

#: routes whose changes emit no event, by the reason
SILENT = {
    "the password of a person concerns them alone": {
        "GET /actions/persons/<person_id>/invite",
        "POST /actions/persons/<person_id>/change-password",
        "POST /actions/persons/<person_id>/reset-password-link",
        "DELETE /actions/persons/<person_id>/disable-two-factor-authentication",
    },
    "a preview account is opened and closed by the managers of its project alone": {
        *(f"{method} /data/projects/<project_id>/preview-account" for method in ("POST", "PUT")),
    },
    "jobs are of the server, their previews emit events": {
        *("POST /kitsulite/jobs/<job_id>/retry", "POST /kitsulite/jobs/<job_id>/cancel"),
    },
    "a conversion that waits for its turn emits its events when it is done": {
        "POST /pictures/preview-files/<instance_id>",
    },
    "rows that are made when they are first asked for": {
        *("GET /config", "GET /data/salary-scales", "GET /data/entities/<entity_id>/chat"),
        "GET /kitsulite/about",
    },
    "links to playlists are for guests, who hear no events": {
        "POST /data/playlists/<playlist_id>/share",
        "POST /data/playlists/<playlist_id>/share/<token>/invite",
        "DELETE /data/playlists/<playlist_id>/share/<token>",
        "POST /shared/playlists/<token>/comments/<comment_id>/attachments",
        "DELETE /shared/playlists/<token>/comments/<comment_id>/attachments/<attachment_file_id>",
    },
    "filters and subscriptions belong to one person": {
        *("POST /data/user/filters", "POST /data/user/filter-groups"),
        *("PUT /data/user/filters/<filter_id>", "PUT /data/user/filter-groups/<filter_group_id>"),
        *("DELETE /data/user/filters/<filter_id>", "DELETE /data/user/filter-groups/<filter_group_id>"),
        *("POST /actions/user/tasks/subscribe", "POST /actions/user/tasks/unsubscribe"),
        *("POST /actions/user/tasks/<task_id>/subscribe", "DELETE /actions/user/tasks/<task_id>/unsubscribe"),
        "POST /actions/user/sequences/<sequence_id>/task-types/<task_type_id>/subscribe",
        "DELETE /actions/user/sequences/<sequence_id>/task-types/<task_type_id>/unsubscribe",
    },
    "imports of sheets and of a Shotgun site emit what the API names, which is nothing for these": {
        *("POST /import/csv/projects/<project_id>/casting", "POST /import/csv/persons"),
        *(f"POST /import/shotgun/{kind}" for kind in ("projects", "persons", "episodes", "sequences", "scenes")),
        *(f"POST /import/shotgun/{kind}" for kind in ("shots", "assets", "steps", "status", "tasks")),
        *("POST /import/shotgun/versions", "POST /import/shotgun/notes"),
        *(f"POST /import/shotgun/remove/{kind}" for kind in ("episode", "sequence", "scene", "shot")),
        *(f"POST /import/shotgun/remove/{kind}" for kind in ("step", "status", "version", "note", "person", "project")),
        *("POST /import/shotgun/errors", "DELETE /import/shotgun/errors/<error_id>"),
    },
    "dry runs take back what they have done": {
        *(f"POST /import/csv/projects/<project_id>/{kind}" for kind in ("assets", "shots", "edits")),
        "POST /import/csv/projects/<project_id>/task-types/<task_type_id>/estimations",
        "POST /import/csv/projects/<project_id>/episodes/<episode_id>/task-types/<task_type_id>/estimations",
        *("POST /import/otio/projects/<project_id>", "POST /import/otio/projects/<project_id>/episodes/<episode_id>"),
    },
    "imports that were asked to be silent": {str(route) for route in ROUTES if route.rule.startswith("/import/kitsu/")},
    "the API has no event for it": {
        *(
            "PUT /actions/working-files/<working_file_id>/modified",
            "PUT /actions/working-files/<working_file_id>/comment",
        ),
        "POST /actions/projects/<project_id>/task-types/<task_type_id>/set-shot-nb-frames",
        "POST /actions/task-types/reorder",
        "POST /actions/assets/share",
        "POST /actions/projects/<project_id>/assets/share",
        "POST /actions/projects/<project_id>/asset-types/<asset_type_id>/assets/share",
        "POST /actions/metadata-descriptors/all-projects/reorder",
        "POST /data/projects/<project_id>/metadata-descriptors/reorder",
        "POST /actions/production-schedule-versions/<version_id>/set-task-links-from-production",
        "POST /actions/tasks/<task_id>/comments/<comment_id>/add-attachment",
        "DELETE /data/tasks/<task_id>/comments/<comment_id>/attachments/<attachment_file_id>",
        "DELETE /actions/tasks/<task_id>/comments/<comment_id>/preview-files/<preview_file_id>",
        "PUT /actions/preview-files/<preview_file_id>/update-position",
        "POST /data/playlists/<playlist_id>/share",
        "DELETE /data/playlists/<playlist_id>/share/<token>",
        "POST /data/playlists/<playlist_id>/share/<token>/invite",
        "POST /shared/playlists/<token>/comments/<comment_id>/attachments",
        "DELETE /shared/playlists/<token>/comments/<comment_id>/attachments/<attachment_file_id>",
        "POST /data/departments/<department_id>/hardware-items",
        "POST /data/departments/<department_id>/software-licenses",
        "DELETE /data/departments/<department_id>/hardware-items/<hardware_item_id>",
        "DELETE /data/departments/<department_id>/software-licenses/<software_id>",
    },
}
#: routes that refuse anybody who asks, and why
REFUSING = {
    "POST /data/salary-scales": "salaries are made for all departments at once",
    "GET /actions/preview-files/<preview_file_id>/extract-frame": "no frame is taken out of a movie",
    "GET /actions/preview-files/<preview_file_id>/extract-tile": "no movie is taken apart",
    "POST /pictures/thumbnails/projects/<instance_id>.png": "avatars of productions have the address without an end",
    "POST /pictures/thumbnails/preview-background-files/<instance_id>.png": "thumbnails are made of backgrounds",
}
#: answers that hold a secret column, and why
SHOWN_SECRETS = {
    **{
        ("POST /import/shotgun/persons", name): "without its value, as the API has it"
        for name, field in Person.columns().items()
        if field.secret
    },
    ("GET /data/persons", "password"): "hashes, for admins who ask for them to move to another server",
    **{
        (f"GET {document}", name): "the name of a field"
        for document in ("/openapi.json", "/openapi-raw.json", "/kitsulite/openapi.json")
        for name, field in Person.columns().items()
        if field.secret or name == "password"
    },
    ("POST /data/projects/<project_id>/preview-account", "password"): "the password itself, shown once",
    ("POST /auth/totp", "otp_recovery_codes"): "the codes themselves, shown once when they are made",
    ("POST /auth/email-otp", "otp_recovery_codes"): "the same",
    ("POST /auth/fido", "otp_recovery_codes"): "the same",
    ("PUT /auth/recovery-codes", "otp_recovery_codes"): "the same",
}


#: events that wait for their routes, by how the paths of these begin
AWAITED = {
    "/data/playlists/<playlist_id>/build/mp4": names.BUILDS,
    "/data/tasks/<task_id>/working-files/new": names.FILES,
    "/import/csv/projects/<project_id>/assets": names.SHEETS,
}


def every_route_is_called_by_a_test(recording):
    """Called as it is meant to be, with an answer that is no refusal."""
    never = [route for route in ROUTES if (route.method, route.rule) not in recording.exercised]
    uncalled = {str(route) for route in never} - set(REFUSING)
    assert not uncalled, uncalled


def every_change_emits_an_event(recording):
    """Signing in, with all that guards it, emits none."""
    allowed = {route for routes in SILENT.values() for route in routes}
    silent = {f"{method} {rule}": test for (method, rule), test in recording.silent.items()}
    found = {route: test for route, test in silent.items() if " /auth/" not in route}
    undeclared = {route: test for route, test in found.items() if route not in allowed}
    assert not undeclared, undeclared


def every_event_is_emitted_by_a_route_with_exactly_its_keys(recording):
    """In each of its forms; `emit` itself refuses other events and forms."""
    awaited = [family for path, family in AWAITED.items() if not any(route.rule.startswith(path) for route in ROUTES)]
    families = [family for family in names.FAMILIES if family not in awaited]
    expected = {(name, form.keys) for name, forms in names.united(*families).items() for form in forms}
    missing = expected - recording.emitted
    assert not missing, missing


#: tests of rows that belong to no project, and of notifications from other servers: administrators alone hear of these
OF_NO_PROJECT = (
    "test_managers_plan_their_production",
    "test_rows_keep_their_ids_and_are_stored_once[notifications]",
    "test_rows_keep_their_ids_and_are_stored_once[subscriptions]",
    "test_tasks_without_status_or_production_are_commented_all_the_same",
    "test_the_comment_of_a_task_that_is_gone_is_deleted_without_its_project",
    "test_a_day_off_of_nobody_is_for_admins",
    "test_a_download_is_named_after_what_it_shows",
    "test_a_failed_job_is_queued_again_and_cancelled",
    "test_movies_that_were_stored_without_ffmpeg_are_queued",
    *(f"test_stored_files_go_with_their_rows_if_the_server_removes_files[{removes}]" for removes in (True, False)),
)
#: tests that fill in columns at random, those that name a project not always
AT_RANDOM = ("tests/rules/test_bad_input.py", "tests/rules/test_fuzz.py")


def every_event_says_whom_it_is_for(recording):
    """By a project or person that its payload names, or `about` does; or its audience needs none."""
    tested = {(name, test) for name, test in recording.homeless if not test.startswith(AT_RANDOM)}
    found = {(name, test) for name, test in tested if not test.endswith(OF_NO_PROJECT)}
    assert not found, found


def no_answer_holds_a_secret_column(recording):
    found = {(f"{route[0]} {route[1]}", key): test for (route, key), test in recording.secrets.items()}
    shown = {answer: test for answer, test in found.items() if answer not in SHOWN_SECRETS}
    assert not shown, shown


def every_answer_is_as_the_description_of_the_api_says(recording):
    assert not recording.unlike, recording.unlike


def no_statement_reads_or_sorts_a_table_that_grows_in_full(recording):
    found = statements.unexpected(recording.costly)
    assert not found, found


RULES = (
    every_answer_is_as_the_description_of_the_api_says,
    every_route_is_called_by_a_test,
    every_change_emits_an_event,
    every_event_is_emitted_by_a_route_with_exactly_its_keys,
    every_event_says_whom_it_is_for,
    no_answer_holds_a_secret_column,
    no_statement_reads_or_sorts_a_table_that_grows_in_full,
)
