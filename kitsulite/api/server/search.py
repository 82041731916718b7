"""Search over the whole studio."""

from kitsulite.api.policies import signed_in
from kitsulite.domain.server import search
from kitsulite.web.fields import Int, List, Str, Uuid
from kitsulite.web.route import post


@post(
    "/data/search",
    allow=signed_in,
    transaction=False,
    body={
        "query": Str(required=True),
        "project_id": Uuid(),
        "limit": Int(default=3, ge=1),
        "offset": Int(default=0, ge=0),
        "index_names": List(Str(required=True), default=lambda: ["assets", "shots", "persons"]),
    },
)
def search_everything(ctx, **query):
    """Search assets, shots and persons by words."""
    return search.search(ctx, **query)
