"""The generic routes of tables, a `Resource` each: model, path, and who may list, get, create, update and delete."""

from kitsulite.api.crud import activity, entities, files, people, projects, tasks

RESOURCES = (
    *people.RESOURCES,
    *projects.RESOURCES,
    *entities.RESOURCES,
    *tasks.RESOURCES,
    *files.RESOURCES,
    *activity.RESOURCES,
)

for resource in RESOURCES:
    resource.declare()
