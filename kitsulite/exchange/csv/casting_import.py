"""The casting of a project from a sheet: a link between an entity and an asset to a row."""

from dataclasses import dataclass, field
from typing import Any

from slugify import slugify

from kitsulite.domain.entities import casting
from kitsulite.domain.kinds import kind
from kitsulite.events.bus import emit
from kitsulite.exchange.csv import reading
from kitsulite.models.entities import Entity, EntityLink

REQUIRED = ("Parent", "Name", "Asset Type", "Asset", "Occurences")
ENTITIES = (
    f"SELECT e.id, {kind()} AS kind, e.name, et.name AS type, parent.name AS sequence, episode.name AS episode"
    " FROM entity e JOIN entity_type et ON et.id = e.entity_type_id LEFT JOIN entity parent ON parent.id = e.parent_id"
    " LEFT JOIN entity episode ON episode.id = parent.parent_id WHERE e.project_id = ? ORDER BY e.created_at, e.rowid"
)
#: label of links from a sheet without labels
LABEL = "fixed"


@dataclass
class Found:
    """Entities by the texts that name them in a sheet: as they are written, else as slugs."""

    written: dict[Any, str] = field(default_factory=dict)
    slugs: dict[Any, str] = field(default_factory=dict)

    def add(self, entity_id, *texts):
        self.written.setdefault(texts, entity_id)
        self.slugs.setdefault(slug_of(texts), entity_id)

    def get(self, *texts):
        return self.written.get(texts) or self.slugs.get(slug_of(texts) or None)


def slug_of(texts):
    return slugify("".join(texts))


def run(ctx, project_id, stream, dry_run):
    """Import a sheet; returns a null per row. A dry run is taken back and says what would be done."""
    rows = reading.sheet(stream, REQUIRED).rows
    assets, casters = named_entities(ctx, project_id)
    with reading.importing(dry_run) as report:
        for row in rows:
            before = len(report.problems)
            link = link_of(report, row, assets, casters)
            if len(report.problems) > before or not report.writes:
                continue
            if link is None:
                report.skipped.append(row.line)
            elif cast(ctx, *link):
                report.created += 1
            else:
                report.changed += 1
    return [None] * len(rows)


def named_entities(ctx, project_id):
    """(assets, what casts them) of a project."""
    assets, casters = Found(), Found()
    # of casters of the same name a shot counts first, then an asset, then an episode
    for wanted in ("Shot", "Asset", "Episode"):
        for entity in ctx.db.rows(ENTITIES, [project_id]):
            if entity["kind"] != wanted:
                continue
            if wanted == "Asset":
                assets.add(entity["id"], entity["type"].strip(), entity["name"].strip())
            place = {"Shot": [entity["episode"], entity["sequence"]], "Asset": ["", entity["type"]]}
            names = [*place.get(wanted, ["", "Episode"]), entity["name"]]
            casters.add(entity["id"], *[(name or "").strip() for name in names])
    return assets, casters


def link_of(report, row, assets, casters):
    """(id of the caster, id of the asset, columns) of a row; None if it names something unknown or is refused."""
    if not report.required(row, *REQUIRED):
        return None
    occurences = report.whole(row, "Occurences", 1)
    episode = row.get("Episode") or ""
    caster = casters.get("" if episode == "MP" else episode, row.get("Parent"), row.get("Name"))
    asset = assets.get(row.get("Asset Type"), row.get("Asset"))
    if caster is None or asset is None:
        return None
    label = row.get("Label")
    return caster, asset, {"nb_occurences": occurences, "label": LABEL if label is None else slugify(label)[:80]}


def cast(ctx, caster_id, asset_id, columns):
    """Create or change a link and emit the changed casting; whether it is new."""
    caster = ctx.db.get(Entity, caster_id)
    what = casting.kind_of(ctx, caster)
    ends = {"entity_in_id": caster_id, "entity_out_id": asset_id}
    link = ctx.db.find(EntityLink, **ends)
    if link:
        ctx.db.update(EntityLink, link["id"], **columns)
    else:
        episode_id = casting.episode_of(ctx, caster) if what == "shot" else None
        if episode_id:
            casting.cast_in_episode(ctx, caster, episode_id, asset_id, columns["label"])
        casting.cast(ctx, caster, asset_id, columns)
        casting.count(ctx, caster_id)
    if what == "shot":
        casting.refresh_shot(ctx, caster_id)
    payload = {f"{what}_id": caster_id}
    if what != "asset":
        payload["nb_entities_out"] = ctx.db.get(Entity, caster_id)["nb_entities_out"]
    emit(ctx, f"{what}:casting-update", payload, caster["project_id"])
    return link is None
