"""Tells columns with the same name apart.

A studio may name a metadata field `Name`, or like a task type. An exported sheet then has several columns with that
name: first the one that every sheet has, then metadata, then the task type, followed by its assignees.
"""

from collections import Counter

ASSIGNEES = "Assignations"
METADATA, TASK, COMMENT, PERSONS = "metadata", "task", "comment", "persons"
#: columns of exported sheets that imports ignore
IGNORED = ("Project", "Time Spent")


def label(key):
    """The name of a column in its sheet."""
    return key if isinstance(key, str) else key[1]


def keys(header, fixed, others, fields, task_types=()):
    """The keys of the columns of a header: (what it is about, name), else the name itself.

    `fixed`: columns that say something by their name alone; `others`: the same, unless metadata has the name;
    `fields`: names of metadata.
    """
    counted, meanings = Counter(header), []
    for name in header:
        before = meanings[-1] if meanings else None
        if name == ASSIGNEES and before in [(TASK, task_type) for task_type in task_types]:
            meanings.append((PERSONS, before[1]))
            continue
        roles = roles_of(name, fixed, others, fields, task_types, counted[name])
        meanings.append(next((role for role in roles if role not in meanings), name))
    return meanings


def roles_of(name, fixed, others, fields, task_types, count):
    """The meanings of columns with the same name, in order."""
    roles = [(METADATA, name)] * (name in fields) + [(TASK, name)] * (name in task_types)
    if name in fixed or (name in (*IGNORED, *others) and count > 1):
        roles.insert(0, name)
    if name in others:
        roles.append(name)
    for kind, ending in ((COMMENT, " comment"), (PERSONS, " assignations")):
        if name.endswith(ending) and name.removesuffix(ending) in task_types:
            roles.append((kind, name.removesuffix(ending)))
    return roles


def unknown(keys, fixed):
    """The columns without a meaning, or with that of an earlier column."""
    names = [key for key in keys if isinstance(key, str) and key not in IGNORED]
    return [name for position, name in enumerate(names) if name not in fixed or name in names[:position]]
