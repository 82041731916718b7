"""Tables have the same short alias in every statement."""

import re

import pytest
from kitsulite_process import CHECKOUT

import kitsulite.models

GLOSSARY = {table: alias for alias, table in re.findall(r"`(\w+)` (\w+)[,;]", kitsulite.models.__doc__)}
TABLES = ("comment", "entity", "entity_type", "preview_file", "project", "task", "task_status", "task_type")


def test_the_glossary_names_the_tables_of_most_statements():
    assert set(TABLES) <= set(GLOSSARY)


@pytest.mark.parametrize("table", TABLES)
def test_a_short_alias_is_that_of_the_glossary(table):
    """Longer aliases are words that say which row is meant."""
    declared = re.compile(rf"(?:FROM|JOIN) {table} ([a-z]{{1,2}})\b(?! )?")
    found = {
        f"{file.relative_to(CHECKOUT)}: {alias}"
        for file in (CHECKOUT / "kitsulite").rglob("*.py")
        for alias in declared.findall(file.read_text())
        if alias not in (GLOSSARY[table], "on", "as")
    }
    assert found == set()
