"""Searching assets, shots and persons.

All words must match, the last one as a prefix; if nothing is found, the last words are dropped one by one, then
misspelt words are replaced by similar ones.
"""

import functools
import json

from kitsulite.domain import access
from kitsulite.domain.entities import entities, vendor_view
from kitsulite.domain.people import persons
from kitsulite.domain.server.search_words import folded, meant, words_of
from kitsulite.domain.visibility import has_role
from kitsulite.errors import Unavailable
from kitsulite.models.base import json_object
from kitsulite.models.fields import as_object
from kitsulite.models.searchable import NUMBERS
from kitsulite.store.conditions import Condition
from kitsulite.store.search import UNAVAILABLE

#: least characters of a query, and most words that count, as in Zou's search engine
LEAST, MOST_WORDS = 3, 10
#: where words are looked for: index and columns
NAMES, TEXTS = ("search_name", "name"), ("search_text", "{name description data}")
#: most hits that are sorted; the order of more hits does not matter, as the query is too vague
RANKED = 500
#: the parts of hits of each kind in addition to the entity `e` and its project: name -> SQL
ASSET_PARTS = {"asset_type_name": "(SELECT name FROM entity_type WHERE id = e.entity_type_id)"}
SHOT_PARTS = {"sequence_name": "parent.name", "episode": "grand.name", "episode_id": "grand.id"}
PREVIEW_EXTENSION = "(SELECT extension FROM preview_file WHERE id = e.preview_file_id)"


def search(ctx, query, project_id=None, limit=3, offset=0, index_names=("assets", "shots", "persons")):
    """Hits per index; none for a query of less than three characters."""
    if len(query) < LEAST:
        return {}
    if not ctx.db.has_table("search_text"):
        raise Unavailable(UNAVAILABLE)
    words, scope = words_of(query)[:MOST_WORDS], project_scope(ctx, project_id)
    near = functools.cache(functools.partial(meant, ctx.db, tuple(words)))
    results = {}
    for kind, hits in (("assets", entity_hits), ("shots", entity_hits), ("persons", person_hits)):
        if kind in index_names:
            ids, terms = find(ctx, kind, words, near, scope, limit, offset)
            results[kind] = hits(ctx, kind, ids, terms)
    return results


def project_scope(ctx, project_id):
    """Ids of the projects to search: the caller's open ones; None stands for all."""
    in_open, params = access.in_open_projects(ctx)
    open_ids = ctx.db.column(f"SELECT id FROM project WHERE id {in_open}", params)
    if project_id:
        open_ids = [project_id] if project_id in open_ids else []
    return None if ctx.is_admin and not open_ids else open_ids


def find(ctx, kind, words, near, scope, limit, offset):
    """(ids of matching rows, best first, the words that matched)."""
    if not words or (scope == [] and kind != "persons"):
        return [], []
    for count in range(len(words), 0, -1):
        ids = seen_ids(ctx, kind, scope, [[word] for word in words[:count]], offset + limit)
        if ids:
            return ids[offset:], words
    alternatives = near(kind == "persons")
    if alternatives == [[word.lower()] for word in words]:
        # what was meant is what was looked for
        return [], words
    ids = seen_ids(ctx, kind, scope, alternatives, offset + limit) if alternatives else []
    return ids[offset:], [word for one in alternatives for word in one]


def seen_ids(ctx, kind, scope, words, count):
    """Ids of the first rows that hold all words, for a vendor those that show them all of these words."""
    ids = matching(ctx, kind, scope, words, count)
    if kind == "persons" or not ids or has_role(ctx, "vendor", "e.project_id") == "0":
        return ids
    texts = {row["id"]: searched_texts(row) for row in entity_rows(ctx, kind, ids)}
    return [i for i in ids if i in texts and all(matched(texts[i], tuple(map(folded, word))) for word in words)]


def matching(ctx, kind, scope, words, count):
    """Ids of the first rows with all words, each given as a list of alternatives, by place and name."""
    scoped = " AND ".join([f"scope : 0{kind}", *in_projects(kind, scope)])
    limit = max(RANKED, count)

    def ids_in(index, columns, ending=""):
        """Ids of the rows that an index finds, ordered by their names; `*`: the last word may be a beginning."""
        sql = (
            f"SELECT r.row_id FROM (SELECT rowid AS number, name FROM {index} WHERE {index} MATCH ? LIMIT ?) hit"
            " JOIN search_row r ON r.number = hit.number ORDER BY hit.name, hit.number"
        )
        return ctx.db.column(sql, [f"{scoped} AND {columns} : ({every(words, ending)})", limit])

    ids = ids_in(*NAMES, "*")
    if len(ids) == limit:
        ids = [*ids_in(*NAMES), *ids]
    for ending in ("", "*"):
        if len(set(ids)) < count and kind != "persons":
            ids += ids_in(*TEXTS, ending)
    return list(dict.fromkeys(ids))[:count]


def in_projects(kind, scope):
    """FTS5 conditions for the projects of a scope; persons belong to none."""
    if scope is None or kind == "persons":
        return []
    return ["scope : (" + " OR ".join(f"0{project_id.replace('-', '')}" for project_id in scope) + ")"]


def every(words, ending):
    """An FTS5 query for all words, each given as a list of alternatives; `ending` is added to those of the last."""
    *first, last = [[f'"{one}"' for one in alternatives] for alternatives in words]
    return " AND ".join(f"({' OR '.join(texts)})" for texts in [*first, [text + ending for text in last]])


def person_hits(ctx, kind, ids, words):
    """The found persons, as the caller may see them; clients see those they work with."""
    if not ids:
        return []
    shown = json_object(persons.listed_parts(ctx))
    condition = Condition("id IN (SELECT value FROM json_each(?))", [json.dumps(ids)])
    if ctx.global_role == "client":
        condition.add(persons.IS_TEAMMATE, [ctx.person_id])
    rows = ctx.db.objects(f"SELECT {shown} FROM person WHERE {condition.sql}", condition.params)
    return ranked(ids, rows, lambda row: {"name": row["full_name"]}, words)


def entity_hits(ctx, kind, ids, words):
    """Found assets or shots with their surroundings."""
    return ranked(ids, entity_rows(ctx, kind, ids) if ids else [], searched_texts, words)


def entity_rows(ctx, kind, ids):
    """Assets or shots with their surroundings, in no order; a vendor sees only what they work on."""
    shown = {
        **entities.shown(ctx, kind.capitalize()[:-1]),
        "project_name": "project.name",
        **(ASSET_PARTS if kind == "assets" else SHOT_PARTS),
        "preview_file_extension": PREVIEW_EXTENSION,
    }
    condition = Condition("e.id IN (SELECT value FROM json_each(?))", [json.dumps(ids)])
    vendor_view.narrow(ctx, condition)
    sql = f"SELECT {json_object(shown)} FROM entity e{entities.PLACE} WHERE {condition.sql}"
    return [without_empty_episode(row) for row in ctx.db.objects(sql, condition.params)]


def without_empty_episode(row):
    """A hit, without the keys of an episode if the shot has none."""
    if row.get("episode_id", 0) is None:
        del row["episode"], row["episode_id"]
    return row


def searched_texts(row):
    """The searched texts of an entity: name -> text."""
    unsearched = NUMBERS if row["type"] == "Shot" else ()
    name = " ".join(
        filter(None, [row.get("asset_type_name"), row.get("episode"), row.get("sequence_name"), row["name"]])
    )
    searched = {key: str(value) for key, value in as_object(row["data"]).items() if key not in unsearched}
    return {"name": name, "description": row["description"], **searched}


def ranked(ids, rows, texts, words):
    """The rows in the order of the ids, each with the names of the matching fields."""
    by_id = {row["id"]: row for row in rows}
    ordered = [by_id[i] for i in ids if i in by_id]
    starts = tuple(map(folded, words))
    return [{**row, "matched_terms": matched(texts(row), starts)} for row in ordered]


def matched(texts, starts):
    """Names of the texts that contain a word with one of these beginnings."""
    return [name for name, text in texts.items() if any(folded(w).startswith(starts) for w in words_of(text or ""))]
