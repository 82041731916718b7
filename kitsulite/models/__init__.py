"""All tables of the database, by name.

Aliases of tables in SQL, used everywhere: `c` comment, `e` entity, `et` entity_type, `f` preview_file,
`p` project, `t` task, `ts` task_status, `tt` task_type; `l` the link table of a statement. `parent` and
`grand` are the parent of `e` and its parent. Persons are named by what they are: `author`, `editor`.
"""

from kitsulite.models import activity, entities, files, people, previews, projects, server, tasks, templates
from kitsulite.models.base import Table

_FAMILIES = (people, projects, templates, entities, tasks, previews, files, activity, server)


def _tables():
    for family in _FAMILIES:
        for item in vars(family).values():
            if isinstance(item, type) and issubclass(item, Table) and item.__module__ == family.__name__:
                yield item.table(), item


#: table name -> model
TABLES = dict(_tables())


def target(many):
    """The model at the other end of a to-many relation."""
    return TABLES[many.link] if many.there == "id" else TABLES[TABLES[many.link].columns()[many.there].table]
