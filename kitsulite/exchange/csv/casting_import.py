"""Imports the casting of a project from a sheet, one link between an entity and an asset per row."""

from kitsulite.domain.entities import casting
from kitsulite.domain.kinds import kind, noun
from kitsulite.domain.slugs import slug
from kitsulite.events.bus import emit, gathering
from kitsulite.exchange.csv import reading
from kitsulite.exchange.csv.name_index import NameIndex
from kitsulite.models.entities import Entity, EntityLink
from kitsulite.models.projects import Project

REQUIRED = ("Parent", "Name", "Asset Type", "Asset", "Occurences")
ENTITIES = (
    f"SELECT e.id, {kind()}, e.name, et.name, parent.name, grand.name, source.name FROM entity e"
    " JOIN entity_type et ON et.id = e.entity_type_id LEFT JOIN entity parent ON parent.id = e.parent_id"
    " LEFT JOIN entity grand ON grand.id = parent.parent_id LEFT JOIN entity source ON source.id = e.source_id"
    " WHERE e.project_id = ?"
)
#: the episode name that stands for no episode
MAIN_PACK = "MP"
#: label of links if the sheet has no labels
LABEL = "fixed"


def run(ctx, project_id, stream, dry_run):
    """Import a sheet; returns a null per row. A dry run is rolled back and reports what would be done."""
    sheet = reading.sheet(stream, REQUIRED)
    with ctx.db.bulk_write(), reading.importing(dry_run) as report:
        assets, casters, kinds = named_entities(ctx, ctx.db.require(Project, project_id))
        shots = set()
        with gathering(ctx):
            for row in report.good(sheet):
                before = len(report.problems)
                link = link_of(report, row, assets, casters)
                if len(report.problems) > before or not report.writes:
                    continue
                if link is None:
                    report.skipped.append(row.line)
                    continue
                caster_id, asset_id, columns = link
                kind_name = kinds[caster_id]
                if cast(ctx, kind_name, caster_id, asset_id, columns):
                    report.created += 1
                else:
                    report.changed += 1
                if kind_name == "shot":
                    shots.add(caster_id)
        casting.refresh_shots(ctx, list(shots))
    return [None] * len(sheet.rows)


def named_entities(ctx, project_id):
    """(assets, entities that cast them, kinds) of a project: both by the names in a sheet, kinds by id."""
    assets, casters, kinds = NameIndex(), NameIndex(), {}
    for entity_id, kind_name, name, entity_type, parent, grand, source in ctx.db.execute(ENTITIES, [project_id]):
        kinds[entity_id] = noun(kind_name)
        if kind_name == "Shot":
            casters.add(entity_id, "Shot", grand or "", parent or "", name)
        else:
            casters.add(entity_id, entity_type, name)
        if kind_name == "Asset":
            assets.add(entity_id, entity_type, name)
            casters.add(entity_id, "Asset", source or "", entity_type, name)
    return assets, casters, kinds


def link_of(report, row, assets, casters):
    """(id of the casting entity, id of the asset, columns) of a row; None if something in it is wrong."""
    if not report.required(row, *REQUIRED):
        return None
    occurences = report.whole(row, "Occurences", 1)
    episode, parent, name = row.text("Episode") or "", row.text("Parent"), row.text("Name")
    candidates = [(kind, episode, parent, name) for kind in ("Shot", "Asset")]
    if episode == MAIN_PACK:
        candidates += [(kind, "", parent, name) for kind in ("Shot", "Asset")]
    caster = report.read(row, "Name", lambda _: casters.one(*candidates, (parent, name)))
    asset = report.read(row, "Asset", lambda _: assets.one((row.text("Asset Type"), row.text("Asset"))))
    if caster is None or asset is None:
        return None
    label = row.get("Label")
    return caster, asset, {"nb_occurences": occurences, "label": LABEL if label is None else slug(label, "-")[:80]}


def cast(ctx, kind_name, caster_id, asset_id, columns):
    """Create or change a link of an entity of a kind, and emit the changed casting; returns whether it is new.

    The readiness of a shot is left to be recounted.
    """
    caster = ctx.db.get(Entity, caster_id)
    link_id = ctx.db.value(casting.LINK, [caster_id, asset_id])
    number = caster["nb_entities_out"]
    if link_id:
        ctx.db.update(EntityLink, link_id, **columns)
    else:
        episode_id = casting.episode_of(ctx, caster) if kind_name == "shot" else None
        if episode_id:
            casting.cast_in_episode(ctx, caster, episode_id, asset_id, columns["label"])
        casting.cast(ctx, caster, asset_id, columns)
        number = casting.count(ctx, caster_id)
    if kind_name in casting.KINDS_WITH_EVENTS:
        payload = {f"{kind_name}_id": caster_id, "nb_entities_out": number}
        emit(ctx, f"{kind_name}:casting-update", payload, caster["project_id"])
    else:
        emit(ctx, "asset:casting-update", {"asset_id": caster_id}, caster["project_id"])
    return link_id is None
