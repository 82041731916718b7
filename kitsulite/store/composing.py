"""Texts of files from before texts were stored with composed accents (NFC), so that they are found again."""

from kitsulite.models import TABLES
from kitsulite.models.accents import composed
from kitsulite.models.base import Table
from kitsulite.models.fields import IS_OTHER, Choice, Id, Json, Text
from kitsulite.store.database import Database


def compose(database: Database) -> None:
    """Compose the accents of all texts that people typed; a text whose place is taken stays as it is."""
    database.connection().create_function("composed", 1, composed, deterministic=True)
    for model in TABLES.values():
        for name in typed(model):
            may_have_accents = IS_OTHER.format(name=f'"{name}"')
            database.execute(
                f'UPDATE OR IGNORE "{model.table()}" SET "{name}" = composed("{name}")'
                f' WHERE {may_have_accents} AND composed("{name}") <> "{name}"'
            )


def typed(model: type[Table]) -> list[str]:
    """The columns of a table that hold texts that people typed; paths are names of files as they are on a disk."""
    return [
        name
        for name, field in model.columns().items()
        if isinstance(field, (Text, Json)) and not isinstance(field, (Id, Choice)) and not field.secret
        if name != "path"
    ]
