"""Searching assets, shots and persons by their words.

All words must be found, the last one as the beginning of a word; where nothing is found
the last words are left out one by one, then misspelt words are replaced by near ones.
"""

import json
import re
import unicodedata

from kitsulite.auth import access
from kitsulite.domain import persons
from kitsulite.errors import Unavailable
from kitsulite.models.base import json_object, parts
from kitsulite.models.entities import Entity

WORD = re.compile(r"[^\W_]+")
LEAST = 3
#: hits that are ranked; a query that fits more rows is too vague for its rank to matter
RANKED = 500
WEIGHTS = "10, 3, 1"
#: length of a word -> letters that may be wrong
TYPOS = ((9, 2), (5, 1))
PREVIEW_EXTENSION = "(SELECT extension FROM preview_file WHERE id = entity.preview_file_id)"
PROJECT_NAME = "(SELECT name FROM project WHERE id = entity.project_id)"


def search(ctx, query, project_id=None, limit=3, offset=0, index_names=("assets", "shots", "persons")):
    """Hits per index; nothing for a query of less than three characters."""
    if len(query) < LEAST:
        return {}
    if not ctx.db.has_table("search_text"):
        raise Unavailable("Searching needs a Python whose SQLite has FTS5.")
    words = folded_words(query)
    scope = project_scope(ctx, project_id)
    found = {}
    for kind, hits in (("assets", entity_hits), ("shots", entity_hits), ("persons", person_hits)):
        if kind in index_names:
            ids = find(ctx, kind, words, scope, limit, offset)
            found[kind] = hits(ctx, kind, ids, words)
    return found


def project_scope(ctx, project_id):
    """Ids of the projects to search: the caller's open ones; None means all of them."""
    if ctx.is_admin:
        open_ids = ctx.db.column(
            "SELECT p.id FROM project p JOIN project_status s ON s.id = p.project_status_id"
            " WHERE s.name IN ('Active', 'open', 'Open')"
        )
    else:
        open_ids = access.related_projects(ctx)
    if project_id:
        open_ids = [project_id] if project_id in open_ids else []
    return None if ctx.is_admin and not open_ids else open_ids


def folded_words(text):
    """The words of a text without case and accents, as the index holds them."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return WORD.findall(plain.casefold())


def find(ctx, kind, words, scope, limit, offset):
    """Ids of the rows that fit, best first."""
    if not words or (scope == [] and kind != "persons"):
        return []
    for count in range(len(words), 0, -1):
        ids = matching(ctx, kind, words[:count], scope, limit, offset)
        if ids:
            return ids
    near = [near_words(ctx, word) for word in words]
    return matching(ctx, kind, near, scope, limit, offset) if all(near) else []


def matching(ctx, kind, words, scope, limit, offset):
    """Ids of the rows that hold all words; a word may be a list of alternatives."""
    in_scope = "" if scope is None or kind == "persons" else "AND r.project_id IN (SELECT value FROM json_each(?))"
    sql = (
        f"SELECT m.row_id FROM (SELECT r.row_id, bm25(search_text, {WEIGHTS}) AS score, search_text.name AS name"
        " FROM search_text JOIN search_row r ON r.number = search_text.rowid"
        f" WHERE search_text MATCH ? AND r.kind = ? {in_scope} LIMIT {RANKED}) m"
        " ORDER BY m.score, m.name LIMIT ? OFFSET ?"
    )
    params = [match_text(words), kind, *([json.dumps(scope)] if in_scope else []), limit, offset]
    return ctx.db.column(sql, params)


def match_text(words):
    """An FTS5 query: all words, the last one as a beginning."""
    texts = [
        f'"{word}"' if isinstance(word, str) else "(" + " OR ".join(f'"{one}"' for one in word) + ")" for word in words
    ]
    return " AND ".join([*texts[:-1], texts[-1] + ("*" if isinstance(words[-1], str) else "")])


def near_words(ctx, word):
    """Words of the index that differ from this one in a few letters, the nearest first."""
    typos = next((allowed for length, allowed in TYPOS if len(word) >= length), 0)
    sql = "SELECT term FROM search_word WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?"
    span = [word[0], word[0] + "\U0010ffff", len(word) - typos, len(word) + typos]
    rated = ((distance(word, term), term) for term in ctx.db.column(sql, span))
    return [term for letters, term in sorted(rated) if letters <= typos][:20]


def distance(one, other):
    """Letters to change, add or drop between two words (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def person_hits(ctx, kind, ids, words):
    """Found persons, as the caller may see them."""
    shown = json_object(persons.listed_parts(ctx))
    sql = f"SELECT {shown} FROM person WHERE id IN (SELECT value FROM json_each(?))"
    return ranked(ids, ctx.db.objects(sql, [json.dumps(ids)]), lambda row: {"name": row["full_name"]}, words)


def entity_hits(ctx, kind, ids, words):
    """Found assets or shots with their surroundings; a vendor sees only what he works on."""
    shown = {**parts(Entity), "type": f"'{kind.capitalize()[:-1]}'", "project_name": PROJECT_NAME}
    shown.update(ASSET_PARTS if kind == "assets" else SHOT_PARTS)
    shown["preview_file_extension"] = PREVIEW_EXTENSION
    sql = f"SELECT {json_object(shown)} FROM entity WHERE id IN (SELECT value FROM json_each(?))"
    rows = [row for row in ctx.db.objects(sql, [json.dumps(ids)]) if access.sees_entity(ctx, row["id"])]
    return ranked(ids, [without_empty_episode(row) for row in rows], searched_texts, words)


ASSET_PARTS = {"asset_type_name": "(SELECT name FROM entity_type WHERE id = entity.entity_type_id)"}
SHOT_PARTS = {
    "sequence_name": "(SELECT name FROM entity s WHERE s.id = entity.parent_id)",
    "episode": "(SELECT e.name FROM entity s JOIN entity e ON e.id = s.parent_id WHERE s.id = entity.parent_id)",
    "episode_id": "(SELECT s.parent_id FROM entity s WHERE s.id = entity.parent_id)",
}


def without_empty_episode(row):
    """A shot outside of any episode does not speak of one."""
    if row.get("episode_id", 0) is None:
        del row["episode"], row["episode_id"]
    return row


def searched_texts(row):
    """Name of a searched field -> its text, for an entity."""
    metadata = row["data"] if isinstance(row["data"], dict) else {}
    name = " ".join(
        filter(None, [row.get("asset_type_name"), row.get("episode"), row.get("sequence_name"), row["name"]])
    )
    return {"name": name, "description": row["description"], **{key: str(value) for key, value in metadata.items()}}


def ranked(ids, rows, texts, words):
    """The rows in the order of the ids, each with the names of the fields that matched."""
    by_id = {row["id"]: row for row in rows}
    found = [by_id[i] for i in ids if i in by_id]
    return [{**row, "matched_terms": matched(texts(row), words)} for row in found]


def matched(texts, words):
    def fits(text):
        return any(term.startswith(word) for term in folded_words(text or "") for word in words)

    return [name for name, text in texts.items() if fits(text)]
