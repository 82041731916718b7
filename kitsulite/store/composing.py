"""Texts of files from before texts were stored with composed accents (NFC), so that they are found again."""

from kitsulite.models import TABLES
from kitsulite.models.base import Table
from kitsulite.models.fields import Choice, Id, Json, Text, composed
from kitsulite.store.database import Database

#: a text that may have accents, as GLOB tells it fast
NOT_ASCII = "*[^\x01-\x7f]*"


def compose(database: Database) -> None:
    """Compose the accents of all texts that people typed; a text whose place is taken stays as it is."""
    database.connection().create_function("composed", 1, composed, deterministic=True)
    for model in TABLES.values():
        for name in typed(model):
            database.execute(
                f'UPDATE OR IGNORE "{model.table()}" SET "{name}" = composed("{name}")'
                f' WHERE "{name}" GLOB ? AND composed("{name}") <> "{name}"',
                [NOT_ASCII],
            )


def typed(model: type[Table]) -> list[str]:
    """The columns of a table that hold texts that people typed; paths are names of files as they are on a disk."""
    return [
        name
        for name, field in model.columns().items()
        if isinstance(field, (Text, Json)) and not isinstance(field, (Id, Choice)) and not field.secret
        if name != "path"
    ]
