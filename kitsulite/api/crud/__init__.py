"""The generic routes of tables, one `Resource` per table."""

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
