"""Composes the accents (NFC) of texts in older files, so that searches find them."""

from kitsulite.models import TABLES
from kitsulite.models.accents import composed
from kitsulite.models.base import Table
from kitsulite.models.fields import IS_OTHER, Choice, Id, Json, Text
from kitsulite.store.database import Database


def compose(database: Database) -> None:
    """Compose the accents in all texts that people typed; a text that would violate a constraint stays as it is."""
    database.connection().create_function("composed", 1, composed, deterministic=True)
    for model in TABLES.values():
        for name in typed(model):
            may_have_accents = IS_OTHER.format(name=f'"{name}"')
            database.execute(
                f'UPDATE OR IGNORE "{model.table()}" SET "{name}" = composed("{name}")'
                f' WHERE {may_have_accents} AND composed("{name}") <> "{name}"'
            )


def typed(model: type[Table]) -> list[str]:
    """The columns of a table with texts that people typed; not paths, which are names on a disk."""
    return [
        name
        for name, field in model.columns().items()
        if isinstance(field, (Text, Json)) and not isinstance(field, (Id, Choice)) and not field.secret
        if name != "path"
    ]
