"""Searching assets, shots and persons by their words.

All words must be found, the last one as the beginning of a word; where nothing is found
the last words are left out one by one, then misspelt words are replaced by near ones.
"""

import json
import unicodedata

from kitsulite.auth import access
from kitsulite.domain import entities, persons, vendor_view
from kitsulite.errors import Unavailable
from kitsulite.models.base import json_object
from kitsulite.store.conditions import Condition
from kitsulite.store.search import NUMBERS

LEAST = 3
#: hits that are ranked; a query that fits more rows is too vague for its rank to matter
RANKED = 500
WEIGHTS = "10, 3, 1"
#: length of a word -> letters that may be wrong
TYPOS = ((9, 2), (5, 1))
#: what the hits of each kind show beside the entity `e` and its project: name -> SQL
ASSET_PARTS = {"asset_type_name": "(SELECT name FROM entity_type WHERE id = e.entity_type_id)"}
SHOT_PARTS = {"sequence_name": "parent.name", "episode": "grand.name", "episode_id": "grand.id"}
PREVIEW_EXTENSION = "(SELECT extension FROM preview_file WHERE id = e.preview_file_id)"


def search(ctx, query, project_id=None, limit=3, offset=0, index_names=("assets", "shots", "persons")):
    """Hits per index; nothing for a query of less than three characters."""
    if len(query) < LEAST:
        return {}
    if not ctx.db.has_table("search_text"):
        raise Unavailable("Searching needs a Python whose SQLite has FTS5.")
    words = words_of(query)
    scope = project_scope(ctx, project_id)
    found = {}
    for kind, hits in (("assets", entity_hits), ("shots", entity_hits), ("persons", person_hits)):
        if kind in index_names:
            ids, terms = find(ctx, kind, words, scope, limit, offset)
            found[kind] = hits(ctx, kind, ids, terms)
    return found


def project_scope(ctx, project_id):
    """Ids of the projects to search: the caller's open ones; None means all of them."""
    in_open, params = access.in_open_projects(ctx)
    open_ids = ctx.db.column(f"SELECT id FROM project WHERE id {in_open}", params)
    if project_id:
        open_ids = [project_id] if project_id in open_ids else []
    return None if ctx.is_admin and not open_ids else open_ids


def words_of(text):
    """The words of a text as they are written, with the marks that belong to their letters."""
    plain = unicodedata.normalize("NFC", text)
    parts = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in plain).split()
    return [part for part in parts if any(c.isalnum() for c in part)]


def folded(word):
    """A word without case and accents, to compare two of them."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return plain.casefold()


def find(ctx, kind, words, scope, limit, offset):
    """Ids of the rows that fit, best first, and the words by which they were found."""
    if not words or (scope == [] and kind != "persons"):
        return [], []
    for count in range(len(words), 0, -1):
        ids = matching(ctx, kind, words[:count], scope, limit, offset)
        if ids:
            return ids, words
    near = [near_words(ctx, folded(word)) for word in words]
    ids = matching(ctx, kind, near, scope, limit, offset) if all(near) else []
    return ids, [word for alternatives in near for word in alternatives]


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
    span = [word[:1], word[:1] + "\U0010ffff", len(word) - typos, len(word) + typos]
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
    shown = {
        **entities.shown(ctx, kind.capitalize()[:-1]),
        "project_name": "project.name",
        **(ASSET_PARTS if kind == "assets" else SHOT_PARTS),
        "preview_file_extension": PREVIEW_EXTENSION,
    }
    condition = Condition("e.id IN (SELECT value FROM json_each(?))", [json.dumps(ids)])
    vendor_view.narrow(ctx, condition)
    sql = f"SELECT {json_object(shown)} FROM entity e{entities.PLACE} WHERE {condition.sql}"
    rows = ctx.db.objects(sql, condition.params)
    return ranked(ids, [without_empty_episode(row) for row in rows], searched_texts, words)


def without_empty_episode(row):
    """A shot outside of any episode does not speak of one."""
    if row.get("episode_id", 0) is None:
        del row["episode"], row["episode_id"]
    return row


def searched_texts(row):
    """Name of a searched field -> its text, for an entity."""
    metadata = row["data"] if isinstance(row["data"], dict) else {}
    unsearched = NUMBERS if row["type"] == "Shot" else ()
    name = " ".join(
        filter(None, [row.get("asset_type_name"), row.get("episode"), row.get("sequence_name"), row["name"]])
    )
    searched = {key: str(value) for key, value in metadata.items() if key not in unsearched}
    return {"name": name, "description": row["description"], **searched}


def ranked(ids, rows, texts, words):
    """The rows in the order of the ids, each with the names of the fields that matched."""
    by_id = {row["id"]: row for row in rows}
    found = [by_id[i] for i in ids if i in by_id]
    starts = tuple(map(folded, words))
    return [{**row, "matched_terms": matched(texts(row), starts)} for row in found]


def matched(texts, starts):
    """Names of the texts that hold a word with one of these beginnings."""
    return [name for name, text in texts.items() if any(folded(w).startswith(starts) for w in words_of(text or ""))]
