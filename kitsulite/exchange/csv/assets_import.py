"""Imports the assets of a production from a sheet; creates missing asset types and episodes."""

from kitsulite.domain import belonging
from kitsulite.domain.entities import casting
from kitsulite.domain.kinds import IS_ASSET_TYPE, TEMPORAL
from kitsulite.domain.projects import projects
from kitsulite.domain.tasks import creation
from kitsulite.events.bus import emit
from kitsulite.exchange.csv.entities_import import EntitiesImport
from kitsulite.models.entities import Entity, EntityType
from kitsulite.models.fields import BadValue
from kitsulite.models.projects import Project, ProjectAssetTypeLink

#: the episode name that stands for no episode
MAIN_PACK = "MP"
ASSETS = (
    "SELECT e.entity_type_id, e.name, e.id FROM entity e WHERE e.project_id = ? AND e.entity_type_id IN"
    f" (SELECT id FROM entity_type WHERE {IS_ASSET_TYPE}) ORDER BY e.created_at DESC, e.rowid DESC"
)
NOT_TEMPORAL = {name.casefold() for name in TEMPORAL}


class AssetTypes:
    """Finds asset types by name: as written, else regardless of case; those of the production come first."""

    def __init__(self, ctx, project_id):
        self.ctx, self.project_id = ctx, project_id
        self.own = set(ctx.db.related(Project, project_id, "asset_types"))
        self.is_limited = bool(self.own)
        rows = ctx.db.execute(f"SELECT id, name FROM entity_type WHERE {IS_ASSET_TYPE} ORDER BY created_at, rowid")
        self.rows = [(row_id, name.strip()) for row_id, name in rows]
        self.ids = {}

    def check(self, name):
        """The name of an asset type; raises BadValue if it cannot be used."""
        if name.casefold() in NOT_TEMPORAL:
            raise BadValue(f"{name} is not an asset type")
        if self.get(name) is None:
            if self.is_limited:
                raise BadValue(f"Asset type {name[:80]} is not configured for this project")
            EntityType.name.clean(name)
        return name

    def get(self, name):
        """The id of an asset type, or None."""
        if name not in self.ids:
            same = [row for row in self.rows if row[1].casefold() == name.casefold()]
            same.sort(key=lambda row: (row[0] not in self.own, row[1] != name))
            self.ids[name] = same[0][0] if same else None
        return self.ids[name]

    def use(self, name):
        """(id, whether it is new) of an asset type, which is created or added to the production if necessary."""
        ctx, row_id = self.ctx, self.get(name)
        is_new = row_id is None
        if is_new:
            row_id = ctx.db.add(EntityType, name=name)
            emit(ctx, "asset-type:new", {"asset_type_id": row_id})
            self.rows.append((row_id, name))
            self.ids.clear()
        elif self.is_limited and row_id not in self.own:
            ctx.db.link(ProjectAssetTypeLink, project_id=self.project_id, asset_type_id=row_id)
            projects.changed(ctx, self.project_id)
            self.own.add(row_id)
        return row_id, is_new


class AssetsImport(EntitiesImport):
    kind = "Asset"
    required = ("Name", "Type")
    fixed = ("Type", "Name", "Description")
    others = ("Episode", "Resolution", "Ready for")

    def __init__(self, *args):
        super().__init__(*args)
        self.types = AssetTypes(self.ctx, self.project["id"])
        shot_types = creation.enabled(self.ctx, self.project["id"], "Shot")
        self.steps = {task_type["name"]: task_type["id"] for task_type in reversed(shot_types)}

    def look_up(self):
        super().look_up()
        rows = self.ctx.db.execute(ASSETS, [self.project["id"]])
        self.assets = {(type_id, name): row_id for type_id, name, row_id in rows}

    def read(self, row):
        place = (self.report.read(row, "Type", self.types.check), self.name(row))
        columns = self.description(row)
        if row.get("Episode") is not None:
            columns["episode"] = self.episode(row)
        if row.get("Ready for") is not None:
            columns["ready_for"] = self.report.read(row, "Ready for", self.step)
        resolution = row.text("Resolution")
        return place, columns, {} if resolution is None else {"resolution": resolution}

    def episode(self, row):
        """The name of an asset's episode; None for the main pack."""
        if self.is_tv_show:
            name = self.episode_name(row)
            return None if name == MAIN_PACK else name
        self.refuse_episodes(row)
        return None

    def step(self, name):
        """The shot task type for which an asset is ready."""
        if name not in self.steps:
            raise BadValue(f"Task type not found for {name[:80]}")
        return self.steps[name]

    def known(self, plan):
        name_of_type, name = plan.place
        return self.assets.get((self.types.get(name_of_type), name))

    def find(self, plan):
        name_of_type, name = plan.place
        type_id, is_new = self.types.use(name_of_type)
        if is_new:
            self.places.created["asset_types"] = self.places.created.get("asset_types", 0) + 1
        plan.place = (type_id, name)
        return self.assets.get(plan.place)

    def located(self, columns):
        """Columns with the id of the episode instead of its name."""
        columns = dict(columns)
        if "episode" in columns:
            columns["source_id"] = self.places.episode(columns.pop("episode"))
        return columns

    def create(self, plan):
        self.notice(plan.row, "Name", self.assets, plan.place)
        type_id, name = plan.place
        asset_id = self.add(type_id, name=name, data=plan.data, **self.located(plan.columns))
        self.assets[plan.place] = asset_id
        self.emit("asset:new", asset_id=asset_id, asset_type=type_id)
        self.work(asset_id, type_id, plan.works)
        return asset_id

    def change(self, asset_id, plan):
        before = self.stored[asset_id]
        columns = {**self.located(plan.columns), "data": self.merged(asset_id, plan.data)}
        if columns.get("source_id"):
            belonging.check_above(self.ctx.db, Entity, "source_id", {asset_id: columns["source_id"]})
        self.rows.change(Entity, asset_id, **columns)
        self.emit("asset:update", asset_id=asset_id, data=columns)
        if columns.get("ready_for", before["ready_for"]) != before["ready_for"]:
            self.rows.flush()
            casting.refresh_shots_of_asset(self.ctx, asset_id)
        self.work(asset_id, before["entity_type_id"], plan.works)

    def keep(self, asset_id, plan):
        self.work(asset_id, plan.place[0], [])

    def work(self, asset_id, type_id, works):
        """Create the missing tasks of an asset and apply the cells of its row to them."""
        self.tasks.make(asset_id, self.tasks.types_for(type_id))
        self.tasks.do(asset_id, works)
