"""Assets, shots and the other entities."""

from kitsulite.auth.policy import admin, manager_of, reader_of_entity, signed_in
from kitsulite.models.entities import AssetInstance, Entity, EntityLink, EntityType

from .resource import Resource

RESOURCES = (
    Resource(
        AssetInstance,
        "asset-instances",
        admin,
        reader_of_entity("asset_id"),
        admin,
        reader_of_entity("asset_id"),
        admin,
        protected=("number",),
    ),
    Resource(
        Entity,
        "entities",
        signed_in,
        reader_of_entity("id"),
        manager_of("project_id"),
        manager_of("project_id"),
        manager_of("project_id"),
        protected=(
            "instance_casting",
            "entities_in",
            "entities_out",
            "type",
            "shotgun_id",
            "created_by",
        ),
    ),
    Resource(EntityLink, "entity-links", admin, admin, admin, admin, admin),
    Resource(EntityType, "entity-types", signed_in, signed_in, admin, admin, admin),
)
