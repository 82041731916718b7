"""Casting: which assets appear where."""

from kitsulite.api.policies import (
    inside,
    manager_of,
    manager_of_entity,
    member_of,
    no_vendor,
    reader_of_entity,
)
from kitsulite.domain.entities import casting, casting_lists, links
from kitsulite.domain.kinds import get_of_kind
from kitsulite.errors import Refused
from kitsulite.web.fields import Int, List, Nested, Str, Uuid, load_list
from kitsulite.web.route import delete, get, put

MANAGER = manager_of("project_id")
ITEM = Nested(
    {"asset_id": Uuid(required=True), "nb_occurences": Int(ge=0, default=1), "label": Str(max=80, default="")}
)
READER = member_of("project_id") & no_vendor


@get("/data/projects/<project_id>/entities/<entity_id>/casting", allow=READER)
def entity_casting(ctx, project_id, entity_id):
    """List the casting of an entity."""
    return casting_lists.of_entity(ctx, casting_lists.in_project(ctx, project_id, entity_id)["id"])


@put("/data/projects/<project_id>/entities/<entity_id>/casting", allow=inside(MANAGER))
def set_entity_casting(ctx, project_id, entity_id):
    """Replace the casting of an entity by a list of `{asset_id, nb_occurences, label}`."""
    items = ctx.request.json_list()
    MANAGER(ctx, {"project_id": project_id})
    casting.replace(ctx, casting_lists.in_project(ctx, project_id, entity_id), items)
    return items


@put("/data/projects/<project_id>/entities/casting", allow=inside(MANAGER))
def set_castings(ctx, project_id):
    """Replace the castings of several entities: `{entity id: [{asset_id, nb_occurences, label}]}`."""
    castings = ctx.request.strict_json()
    if not isinstance(castings, dict) or not all(isinstance(items, list) for items in castings.values()):
        raise Refused("The body must be an object of lists.")
    MANAGER(ctx, {"project_id": project_id})
    pairs = [(casting_lists.in_project(ctx, project_id, entity_id), items) for entity_id, items in castings.items()]
    for entity, items in pairs:
        casting.replace(ctx, entity, items)
    return castings


@put(
    "/data/projects/<project_id>/entities/casting/assets/<asset_id>",
    allow=MANAGER,
    body={
        "entity_ids": List(Uuid(), required=True, min=1),
        "nb_occurences": Int(ge=0),
        "label": Str(max=80),
    },
)
def cast_asset(ctx, project_id, asset_id, entity_ids, nb_occurences, label):
    """Cast an asset in several entities, change its castings, or remove them with 0 occurences."""
    asset = get_of_kind(ctx, "Asset", asset_id)
    ctx.require(asset["is_shared"] or asset["project_id"] == project_id)
    entity_ids = list(dict.fromkeys(entity_ids))
    entities = [casting_lists.in_project(ctx, project_id, entity_id) for entity_id in entity_ids]
    casting.cast_in_many(ctx, asset, entities, nb_occurences, label)
    return casting_lists.of_entities(ctx, entity_ids)


@get("/data/assets/<asset_id>/casting", allow=reader_of_entity("asset_id", "Asset"))
def asset_casting(ctx, asset_id):
    """List the casting of an asset."""
    return casting_lists.of_entity(ctx, asset_id)


@put("/data/assets/<asset_id>/casting", allow=manager_of_entity("asset_id", "Asset"))
def set_asset_casting(ctx, asset_id):
    """Replace the casting of an asset by a list of `{asset_id, nb_occurences, label}`."""
    items = load_list(ITEM, ctx.request.json_list())
    casting.replace(ctx, ctx.row, items)
    return items


@get("/data/assets/<asset_id>/cast-in", allow=reader_of_entity("asset_id", "Asset"))
def asset_cast_in(ctx, asset_id):
    """List the shots and assets that cast an asset."""
    return casting_lists.cast_in(ctx, asset_id)


@get("/data/projects/<project_id>/episodes/casting", allow=READER)
def project_castings(ctx, project_id):
    """List the castings of all entities of a project."""
    return casting_lists.of_project(ctx, project_id)


@get("/data/projects/<project_id>/sequences/all/casting", allow=READER, long=True)
def sequences_castings(ctx, project_id):
    """List the castings of the entities in the sequences of a project."""
    return casting_lists.of_sequences(ctx, project_id)


@get("/data/projects/<project_id>/episodes/<episode_id>/sequences/all/casting", allow=READER, long=True)
def episode_castings(ctx, project_id, episode_id):
    """List the castings of the entities in the sequences of an episode, or of `all`."""
    return casting_lists.of_sequences(ctx, project_id, episode_id)


@get("/data/projects/<project_id>/sequences/<sequence_id>/casting", allow=READER)
def sequence_castings(ctx, project_id, sequence_id):
    """List the castings of the entities in a sequence."""
    return casting_lists.of_sequence(ctx, project_id, sequence_id)


@get("/data/projects/<project_id>/asset-types/<asset_type_id>/casting", allow=READER)
def asset_type_castings(ctx, project_id, asset_type_id):
    """List the castings of the assets of a type in a project."""
    return casting_lists.of_asset_type(ctx, project_id, asset_type_id)


@get("/data/projects/<project_id>/entity-links", allow=MANAGER)
def project_links(ctx, project_id):
    """List the links between entities of a project: by `page` and `limit`, after `cursor_created_at`, or all."""
    page, limit = ctx.request.integer("page", -1), ctx.request.integer("limit", 0)
    return links.listing(ctx, project_id, page, limit, ctx.request.query.get("cursor_created_at"))


@delete("/data/projects/<project_id>/entity-links/<entity_link_id>", allow=MANAGER, status=200)
def remove_link(ctx, project_id, entity_link_id):
    """Delete a link between entities of a project."""
    return links.remove(ctx, project_id, entity_link_id)
