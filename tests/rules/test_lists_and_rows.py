"""What a list shows, the single route shows to the same person: every id of every listing answers their GET."""

import itertools
import re

import pytest
from rules.calls import PARAMETER, routes
from rules.listed import CALLERS, Edges
from support import Studio

from kitsulite.domain.kinds import noun
from kitsulite.models.fields import is_id

# Days off have no entry: the calendar of a project shows its team when each is away, a row is shown to their leads.
#: `type` of a row -> the routes that show one; `{project_id}`, ... are values of the row or parts of the listing's path
SINGLE = {
    "AssetInstance": ("/data/asset-instances/{id}",),
    "AssetType": ("/data/asset-types/{id}",),
    "AttachmentFile": ("/data/attachment-files/{id}",),
    "Budget": ("/data/budgets/{id}", "/data/projects/{project_id}/budgets/{id}"),
    "BudgetEntry": ("/data/budget-entries/{id}",),
    "Chat": ("/data/entities/{object_id}/chat",),
    "ChatMessage": ("/data/chat-messages/{id}", "/data/entities/{entity_id}/chat/messages/{id}"),
    "Comment": ("/data/comments/{id}",),
    "ConceptFolder": ("/data/entities/{id}",),
    "Department": ("/data/departments/{id}",),
    "Entity": ("/data/entities/{id}",),
    "EntityLink": ("/data/entity-links/{id}",),
    "EntityType": ("/data/entity-types/{id}",),
    "FileStatus": ("/data/file-status/{id}",),
    "MetadataDescriptor": ("/data/metadata-descriptors/{id}",),
    "Milestone": ("/data/milestones/{id}",),
    "News": ("/data/projects/{project_id}/news/{id}", "/data/news/{id}"),
    "Notification": ("/data/user/notifications/{id}", "/data/notifications/{id}"),
    "Organisation": ("/data/organisations/{id}",),
    "OutputFile": ("/data/output-files/{id}",),
    "OutputType": ("/data/output-types/{id}",),
    "Person": ("/data/persons/{id}",),
    "Playlist": ("/data/playlists/{id}",),
    "PreviewBackgroundFile": ("/data/preview-background-files/{id}",),
    "PreviewFile": ("/data/preview-files/{id}",),
    "ProductionScheduleVersion": ("/data/production-schedule-versions/{id}",),
    "ProductionScheduleVersionTaskLink": ("/data/production-schedule-version-task-links/{id}",),
    "Project": ("/data/projects/{id}",),
    "ProjectStatus": ("/data/project-status/{id}",),
    "SalaryScale": ("/data/salary-scales/{id}",),
    "ScheduleItem": ("/data/schedule-items/{id}",),
    "Subscription": ("/data/subscriptions/{id}",),
    "Task": ("/data/tasks/{id}",),
    "TaskStatus": ("/data/task-status/{id}",),
    "TaskType": ("/data/task-types/{id}",),
    "TimeSpent": ("/data/time-spents/{id}",),
    "WorkingFile": ("/data/working-files/{id}",),
    **{
        kind: (f"/data/{noun(kind)}s/{{id}}", "/data/entities/{id}")
        for kind in ("Asset", "Concept", "Edit", "Episode", "Scene", "Sequence", "Shot")
    },
}
#: listings of entities, and single ones, whose rows or tasks do not say their type
OF_ENTITIES = re.compile(
    r"/data/(assets|concepts|edits|episodes|scenes|sequences|shots)/(with-tasks|<\w+>$)|.*-linked/"
)
#: other listings whose rows do not say their type -> the type
UNTYPED = {
    re.compile("/data/projects/<project_id>/milestones"): "Milestone",
    re.compile("/data/projects/<project_id>/schedule-items/.*"): "ScheduleItem",
    re.compile(".*/preview-files"): "PreviewFile",
}
#: routes that list nothing: files, pages, what anybody gets, what is about the server
NO_LISTS = re.compile("/(auth|pictures|movies|shared|kitsulite|import|export|plugins|docs|openapi|stat|apidocs|config)")


@pytest.fixture(scope="module")
def edges(application):
    application.restore_pristine()
    return Edges(Studio(application))


def places(edges):
    """Name of a path parameter -> ids: of the own show, of the other one where that may be seen."""
    near, far = edges.shows

    def ids(kind):
        return [row["id"] for row in near[kind]]

    entities = {kind: ids(kind) for kind in ("Shot", "Sequence", "Episode", "Scene", "Edit", "Concept", "Asset")}
    entities["Asset"] += [far["Shared"][0]["id"], far["Asset"][0]["id"]]
    every = [row_id for found in entities.values() for row_id in found[:3]]
    shot = edges.studio.task_type("Animation")["id"]
    # listings of a task ask what it is of, not what kind that is
    worked_on = {*entities["Shot"], *entities["Asset"], *entities["Concept"]}
    tasks = [task["id"] for task in near["task"] if task["entity_id"] in worked_on]
    return {
        **{f"{noun(kind)}_id": found for kind, found in entities.items()},
        **{"entity_id": every, "temporal_entity_id": entities["Shot"], "task_id": tasks},
        **{"project_id": [*ids("project"), far["project"][0]["id"]], "playlist_id": ids("playlist")},
        **{"asset_instance_id": ids("instance"), "budget_id": ids("budget"), "version_id": ids("version")},
        **{"person_id": [edges.people[name]["id"] for name in ("user", "vendor", "client")], "task_type_id": [shot]},
        **{"asset_type_id": [near["Asset"][0]["entity_type_id"]], "department_id": [edges.department["id"]]},
        **{"output_type_id": edges.studio.db.column("SELECT id FROM output_type"), "extension": []},
        **{"year": ["2026"], "month": ["1"], "week": ["1"], "day": ["1"], "date": ["2026-01-01"]},
    }


def listings(edges):
    """(path, names in it) of every listing: with each of the ids, where none is in the path by project."""
    values = places(edges)
    for route in routes("GET"):
        names = PARAMETER.findall(route.rule)
        if NO_LISTS.match(route.rule) or not values.keys() >= set(names):
            continue
        for found in itertools.product(*(values[name] for name in names)):
            named = dict(zip(names, found, strict=True))
            path = PARAMETER.sub(lambda match, named=named: named[match[1]], route.rule)
            yield route, path, named
            for project_id in values["project_id"] if not names else ():
                yield route, f"{path}?project_id={project_id}", named


def rows_in(value):
    """The objects with an id that an answer holds, wherever."""
    if isinstance(value, dict) and is_id(str(value.get("id"))):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from rows_in(inner)


def singles(route, row, named):
    """The paths of the single routes of a row."""
    kind = row.get("type")
    if kind is None and OF_ENTITIES.match(route.rule):
        kind = "Task" if "task_type_id" in row else "Entity"
    elif kind is None:
        kind = next((kind for rule, kind in UNTYPED.items() if rule.fullmatch(route.rule)), None)
    return [path.format(**{**named, **row}) for path in SINGLE.get(kind, ())]


@pytest.mark.parametrize("name", [*CALLERS, "vendor elsewhere"])
def test_every_id_of_a_listing_answers_the_callers_get(edges, name):
    api, found, asked, seen = edges.studio.api(edges.everybody[name]), [], {}, set()

    def answers(path):
        if path not in asked:
            asked[path] = api.get(path).status_int
        return asked[path] == 200

    for route, path, named in listings(edges):
        answer = api.get(path)
        assert answer.status_int < 500, path
        if answer.status_int == 200 and answer.content_type == "application/json":
            for row in rows_in(answer.json):
                paths = singles(route, row, named)
                seen |= {row.get("type")} if paths else set()
                if paths and not any(map(answers, paths)):
                    found.append(f"{route} lists {row.get('type')}: {[(p, asked[p]) for p in paths]}")
    assert not found
    assert seen >= {"Asset", "Entity" if "vendor" in name else "Sequence", "Shot", "Task", "PreviewFile", "Person"}


@pytest.mark.parametrize("role", ["vendor", "artist as vendor", "artist as client", "user"])
def test_a_single_row_shows_no_more_than_its_list(edges, role):
    """A shared asset of another show, and what a vendor's shot lies in and casts: no task, no other entity."""
    api, (near, far) = edges.studio.api(edges.people[role]), edges.shows
    shared = far["Shared"][0]["id"]
    rows = [("assets", shared), ("entities", shared)]
    if "vendor" in role:
        rows += [("sequences", near["Sequence"][0]["id"]), ("episodes", near["Episode"][0]["id"])]
        rows += [("assets", near["Asset"][1]["id"]), ("entities", near["Asset"][1]["id"])]
    for base, row_id in rows:
        row = api.get(f"/data/{base}/{row_id}").json
        assert row["id"] == row_id
        assert row.get("tasks", []) == row.get("entities_in", []) == row.get("entities_out", []) == []
        for inner in ("tasks", "preview-files", "task-types"):
            for kind in {base} - {"entities"}:
                assert api.get(f"/data/{kind}/{row_id}/{inner}").status_int in (403, 404), (kind, inner)
    assert api.get(f"/data/entities/{shared}/chat").status_int == 403
    assert api.get(f"/data/assets/{far['Asset'][0]['id']}").status_int == 403
    assert ("vendor" in role) == (api.get(f"/data/shots/{near['Shot'][1]['id']}").status_int == 403)
