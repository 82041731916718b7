"""Exports the casting of a project as a sheet, one link between an entity and an asset per row."""

from kitsulite.domain.kinds import of_kind
from kitsulite.errors import BadParameter
from kitsulite.models.fields import is_id
from kitsulite.store.conditions import Condition

COLUMNS = ("Parent", "Name", "Asset Type", "Asset", "Occurences", "Label")
NAMES = ("episode", "parent", "name", "type", "asset", "occurences", "label")
ORDER = ", ".join(f"{name} IS NULL, {name}" for name in NAMES)
LINKS = (
    "FROM entity_link l JOIN entity e ON e.id = l.entity_in_id JOIN entity asset ON asset.id = l.entity_out_id"
    " JOIN entity_type asset_type ON asset_type.id = asset.entity_type_id"
    " JOIN entity_type et ON et.id = e.entity_type_id"
    " LEFT JOIN entity parent ON parent.id = e.parent_id LEFT JOIN entity grand ON grand.id = parent.parent_id"
    " LEFT JOIN entity source ON source.id = e.source_id"
)
#: the begin of a condition on the name of an entity's type; a list of types lets SQLite leave out the others
OF_TYPE = "e.entity_type_id IN (SELECT id FROM entity_type WHERE name"
TAIL = "e.name AS name, asset_type.name AS type, asset.name AS asset, l.nb_occurences AS occurences, l.label AS label"


def header_and_rows(ctx, project, episode_id, is_shot_casting):
    """(header, iterator of rows) of the links of a project."""
    if episode_id and episode_id not in ("main", "all") and not is_id(episode_id):
        raise BadParameter(f"Invalid UUID format for episode_id: {episode_id[:80]}")
    is_tv_show = project["production_type"] == "tvshow"
    has_episode = is_tv_show and episode_id != "all"
    selects, params = [], []
    for episode, parent, condition in parts(is_tv_show, episode_id, is_shot_casting):
        condition.add("e.project_id = ?", [project["id"]])
        selects.append(f"SELECT {episode} AS episode, {parent} AS parent, {TAIL} {LINKS} WHERE {condition.sql}")
        params += condition.params
    rows = ctx.db.execute(f"SELECT * FROM ({' UNION ALL '.join(selects)}) ORDER BY {ORDER}", params)
    header = ["Episode", *COLUMNS] if has_episode else list(COLUMNS)
    return header, (row if has_episode else row[1:] for row in rows)


def parts(is_tv_show, episode_id, is_shot_casting):
    """(SQL of the episode, SQL of the parent, condition) of each requested part of the sheet."""
    no_shot = f"{OF_TYPE} <> 'Shot')"
    main = ("'MP'", "et.name", Condition(f"e.source_id IS NULL AND {OF_TYPE} NOT IN ('Shot', 'Episode'))"))
    if episode_id == "main":
        return [main]
    if episode_id == "all":
        return [("NULL", "'Episode'", Condition(of_kind("Episode", "e")))]
    if is_shot_casting:
        condition = Condition("grand.id IS NOT NULL" if is_tv_show else "parent.id IS NOT NULL")
        if is_tv_show and episode_id:
            condition.add("grand.id = ?", [episode_id.lower()])
        return [("grand.name", "parent.name", condition)]
    if not is_tv_show:
        return [("NULL", "et.name", Condition(no_shot))]
    condition = Condition(f"{no_shot} AND {of_kind('Episode', 'source')}")
    if episode_id:
        condition.add("source.id = ?", [episode_id.lower()])
    return [("source.name", "et.name", condition), main]
