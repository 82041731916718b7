"""Finds the row because of which a list was refused."""

from kitsulite.errors import BadParameter, NotFound, RowRejected
from kitsulite.exchange.kitsu import storing
from kitsulite.models import TABLES, target
from kitsulite.models.fields import BadValue, Ref
from kitsulite.store.refusals import rejection

REFUSALS = (RowRejected, BadValue, BadParameter, NotFound)
#: the message of a refusal because of a missing row
MISSING = str(rejection("FOREIGN"))
#: rows that are tried together
AT_ONCE = 200


def explained(ctx, kind, entries, error, store):
    """The error for a refused list, which names the row (by position and id) and the column."""
    refused = lost_reference(ctx, kind, entries) or first_refused(ctx, kind, entries, error, store)
    number, error = refused
    entry = entries[number]
    row_id = entry.get("id") if isinstance(entry, dict) else None
    message = f"Entry {number + 1} ({str(row_id)[:36]}): {error}"
    return NotFound(message) if isinstance(error, NotFound) else BadParameter(message)


def lost_reference(ctx, kind, entries):
    """(position, error) of the first row that refers to a row neither stored nor in the list."""
    try:
        rows = kind.prepare(ctx, [entry for entry in entries if isinstance(entry, dict)])
    except REFUSALS:
        return None
    if len(rows) < len(entries):
        return None
    sent = {text(row.get("id")) for row in rows}
    lost_rows = []
    for name, model in referenced_models(kind).items():
        references = [(text(row_id), number) for number, row in enumerate(rows) for row_id in listed(row.get(name))]
        existing = storing.known_rows(ctx.db, model, {row_id for row_id, _ in references if row_id})
        existing |= sent if model is kind.model else set()
        lost_rows += [(number, name, row_id) for row_id, number in references if row_id and row_id not in existing]
    if not lost_rows:
        return None
    number, name, row_id = min(lost_rows)
    return number, RowRejected(f"{name} refers to a row that does not exist: {row_id[:36]}", "reference")


def referenced_models(kind):
    """Column or relation -> the model of the rows that it must refer to."""
    columns = {name: TABLES[field.table] for name, field in kind.model.columns().items() if isinstance(field, Ref)}
    return {**columns, **{name: target(kind.model.relations[name]) for name in kind.added}}


def listed(value):
    """The ids in a value, which is one or a list of them."""
    return value if isinstance(value, list) else [value]


def text(value):
    return value.lower() if isinstance(value, str) and value else None


def first_refused(ctx, kind, entries, error, store):
    """(position, error) of the first row that is refused if the rows are stored one by one."""
    numbered, early = list(enumerate(entries)), []
    for start in range(0, len(numbered), AT_ONCE):
        some = numbered[start : start + AT_ONCE]
        if tried(ctx, kind, [entry for _, entry in some], store) is None:
            continue
        for number, entry in some:
            own = tried(ctx, kind, [entry], store)
            if own is not None and str(own) == MISSING:
                # a later row may need it
                early.append(number)
            elif own is not None:
                return number, own
    for number in early:
        # everything it refers to is stored or in the list
        if tried(ctx, kind, [entries[number]], store) is not None:
            return number, RowRejected("A reference leads back to the row itself.", "reference")
    return 0, error


def tried(ctx, kind, entries, store):
    """Store rows; returns the error if they are refused, else None."""
    try:
        with ctx.db.savepoint():
            store(ctx, kind, entries)
    except REFUSALS as error:
        return error
    return None
