"""Assets, shots and the other entities, their links and types."""

import contextlib
import functools

from kitsulite.api.crud.resource import ALWAYS_PROTECTED, Resource, required
from kitsulite.api.policies import (
    inside,
    manager_of,
    owner_of_entity,
    reader_of_entity,
    signed_in,
    viewer_of_entity,
)
from kitsulite.domain import access, kinds
from kitsulite.domain.access import IN_RELATED_PROJECT
from kitsulite.domain.deletion import entities as entity_deletion
from kitsulite.domain.entities import changes as entity_changes
from kitsulite.domain.entities import entities, vendor_view
from kitsulite.errors import BadParameter, Forbidden
from kitsulite.events.bus import emit
from kitsulite.models.base import Parts, parts
from kitsulite.models.entities import AssetInstance, Entity, EntityLink, EntityType


@functools.cache
def as_members_see_it(relations):
    """The parts of an entity for everyone but vendors."""
    data = vendor_view.json_or_null("entity.data", "entity")
    return Parts({**parts(Entity, relations=relations), "data": data, "type": kinds.kind("entity")})


class Entities(Resource):
    ignored_on_create = (*ALWAYS_PROTECTED, "created_by", "nb_entities_out")
    update_relations = True

    def narrow(self, ctx, condition):
        if not ctx.is_admin:
            condition.add(f"entity.project_id {IN_RELATED_PROJECT}", [ctx.person_id])
        vendor_view.narrow(ctx, condition, "entity")

    def shown(self, ctx, relations):
        data = vendor_view.metadata_or_null(ctx, kinds.kind("entity"), "entity")
        shown = {**as_members_see_it(relations), "data": data}
        return entities.without_relations(shown) if ctx.membership.is_glimpse else shown

    def usual(self, relations):
        return as_members_see_it(relations)

    def check_get(self, ctx, row):
        return access.require_view(ctx, row)

    def prepare(self, ctx, data):
        entity_changes.check(data)
        return {**data, "created_by": ctx.person_id}

    def created(self, ctx, row, data):
        return {"type": "Entity"}

    def check_update(self, ctx, row, data):
        ctx.require(entity_changes.may_change(ctx, row, data))
        return access.on_project(ctx, row["project_id"])

    def prepare_update(self, ctx, row, data):
        entity_changes.check(data)
        if data.get("source_id") == "null":
            data["source_id"] = None
        columns, _ = self.read({key: value for key, value in data.items() if key != "data"}, strict=False)
        entity_changes.check_place(ctx, row, columns)
        data["data"] = entity_changes.merged(row, data.get("data"))
        if kinds.kind_of(ctx, row) == "shot":
            entity_changes.keep_version(ctx, row, columns.get("name", row["name"]), data["data"])
        return data

    def updated(self, ctx, row, data):
        entity_changes.follow(ctx, row, data)

    def remove(self, ctx, row):
        entity_deletion.remove_bare(ctx, row)

    def emit(self, ctx, action, row):
        kind = kinds.kind_of(ctx, row)
        emit(ctx, f"{kind}:{action}", {kinds.key_of(kind): row["id"]}, row["project_id"])


class EntityTypes(Resource):
    update_relations = True

    def prepare(self, ctx, data):
        taken = "SELECT 1 FROM entity_type WHERE folded(name) LIKE folded(?) LIMIT 1"
        if ctx.db.value(taken, [str(required(data, "name"))]):
            raise BadParameter("An entity type of this name exists already.")
        return data

    def emit(self, ctx, action, row):
        emit(ctx, f"asset-type:{action}", {"asset_type_id": row["id"]})


class AssetInstances(Resource):
    """Instances of assets, for those who see the asset or an entity that contains the instance."""

    def check_get(self, ctx, row):
        containers = [row[name] for name in ("scene_id", "target_asset_id", "entity_id") if row[name]]
        for entity_id in (*containers, *ctx.db.related(AssetInstance, row["id"], "shots")):
            with contextlib.suppress(Forbidden):
                return access.require_entity(ctx, entity_id)
        return access.require_entity(ctx, row["asset_id"])


class EntityLinks(Resource):
    """Castings; managers see those in the listing of their project."""

    def check_get(self, ctx, row):
        return access.require_entity_manager(ctx, row["entity_in_id"])


READER_OF_ASSET = reader_of_entity("asset_id")

RESOURCES = (
    AssetInstances(
        AssetInstance,
        "asset-instances",
        may_get=inside("member of the project who may see the asset, or where it stands"),
        may_update=READER_OF_ASSET,
        protected=("number",),
        parents=("asset_id",),
    ),
    Entities(
        Entity,
        "entities",
        may_list=signed_in,
        may_get=viewer_of_entity("id"),
        may_create=manager_of("project_id"),
        may_update=inside("manager or creator, or a supervisor of the metadata's departments"),
        may_delete=owner_of_entity("id"),
        protected=(
            *("instance_casting", "entities_in", "entities_out", "type"),
            *("shotgun_id", "created_by", "nb_entities_out"),
        ),
    ),
    EntityLinks(EntityLink, "entity-links", may_get=inside("manager of the project")),
    EntityTypes(EntityType, "entity-types", may_list=signed_in, may_get=signed_in),
)
