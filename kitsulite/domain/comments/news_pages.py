"""Selects the news of a page, at the cost of a page: their number, and the ids of the newest.

Most requests are answered from the feed (`store/derived/news_feed.py`), whose groups are counted and whose places are
ordered already. Only the news of a person, of an episode or for a vendor are looked up among all news; those of a
person are counted already.
"""

import heapq
import itertools
import json

from kitsulite.domain import visibility
from kitsulite.domain.tasks import tasks
from kitsulite.store.conditions import Condition

#: filter -> condition on a group, with one parameter
GROUPS = {"task_type_id": "task_type_id = ?", "task_status_id": "task_status_id = ?", "only_preview": "has_preview = ?"}
PERIOD = {"after": "created_at > ?", "before": "created_at < ?"}
#: sorts after all moments, and with a month before it after all moments of the month
END = "~"
#: the middle of a month
MIDDLE = "-16"
#: filter -> condition on the tables of `news_rows`, with one parameter
LOOKED_UP = {"person_id": "n.author_id = ?", "episode_id": f"t.entity_id IN {tasks.IN_EPISODE}"}
OTHERS = {
    "task_type_id": "t.task_type_id = ?",
    "task_status_id": "c.task_status_id = ?",
    "only_preview": "? AND n.preview_file_id IS NOT NULL",
    **{name: f"n.{sql}" for name, sql in PERIOD.items()},
}
#: filters for which the news of a person are counted
OF_PERSON = {"person_id", *GROUPS}
TABLES = "FROM news n JOIN task t ON t.id = n.task_id LEFT JOIN comment c ON c.id = n.comment_id"
#: the news with a preview, found by their index
WITH_PREVIEW = "SELECT rowid FROM news INDEXED BY news_preview_file_id WHERE preview_file_id IS NOT NULL"
#: news with a preview up to which these are looked up, as they would be far apart among all
FEW = 1000
#: projects whose places one statement merges: SQLite takes 500 parts
MERGED = 400


class Fitting:
    """The news of projects that match the filters; `roles`: project id -> the caller's role there.

    Vendors see the news of the entities that they work on.
    """

    def __init__(self, ctx, roles, filters):
        vendors = sorted(project_id for project_id, role in roles.items() if role == "vendor")
        others = sorted(roles.keys() - set(vendors))
        self.parts: list[LookedUp | InOrder] = []
        if vendors:
            own = f"t.entity_id IN {visibility.assigned_entities(ctx)}"
            self.parts.append(LookedUp(ctx, vendors, filters, where=own))
        if filters.keys() <= OF_PERSON and "person_id" in filters:
            self.parts.append(OfPerson(ctx, others, filters))
        elif filters.keys() & LOOKED_UP.keys():
            self.parts.append(LookedUp(ctx, others, filters))
        elif "only_preview" in filters and has_few_previews(ctx):
            self.parts.append(LookedUp(ctx, others, filters, where=f"n.rowid IN ({WITH_PREVIEW})"))
        else:
            starts = range(0, len(others), MERGED)
            self.parts += [InOrder(ctx, others[start : start + MERGED], filters) for start in starts]

    def counts(self):
        """(task status, number, number of changes) of all matching news; a status may occur several times."""
        return [count for part in self.parts for count in part.counts()]

    def newest(self, limit, offset):
        """The ids of a page."""
        merged = heapq.merge(*[part.newest(limit + offset) for part in self.parts], reverse=True)
        return [news_id for _, news_id in itertools.islice(merged, offset, offset + limit)]


def has_few_previews(ctx):
    return ctx.db.value(f"SELECT count(*) FROM ({WITH_PREVIEW} LIMIT {FEW})") < FEW


def groups(projects, filters):
    """The condition on the groups of projects, from filters."""
    condition = Condition("project_id IN (SELECT value FROM json_each(?))", [json.dumps(projects)])
    for name in filters.keys() & GROUPS.keys():
        condition.add(GROUPS[name], [filters[name]])
    return condition


class InOrder:
    """News found by their places and counted by groups."""

    def __init__(self, ctx, projects, filters):
        self.db, self.projects = ctx.db, projects
        self.groups, self.of_groups = groups(projects, filters), Condition()
        self.period = {name: filters[name] for name in PERIOD if name in filters}
        if filters.keys() & GROUPS.keys():
            numbers = f"SELECT json_group_array(number) FROM news_group WHERE {self.groups.sql}"
            group_numbers = self.db.value(numbers, self.groups.params)
            self.of_groups.add("group_number IN (SELECT value FROM json_each(?))", [group_numbers])

    def counts(self):
        if self.period:
            return self.counts_in(self.period.get("after", ""), self.period.get("before", END))
        sums = f"task_status_id, sum(amount), sum(changes) FROM news_group WHERE {self.groups.sql} GROUP BY 1"
        return self.db.unchanged(f"SELECT {sums}", self.groups.params)

    def counts_in(self, after, before):
        """The counts of a period: those of months are kept, what differs between its ends and theirs is counted."""
        first, end, between = months(after, before)
        found = [
            "SELECT number AS group_number, counted.amount, counted.changes FROM news_group"
            " JOIN news_month counted ON counted.group_number = number"
            f" WHERE counted.month >= ? AND counted.month < ? AND {self.groups.sql}"
        ]
        params = [first, end, *self.groups.params]
        for sign, condition, moments in between:
            found.append(
                f"SELECT group_number, {sign}count(*), {sign}sum(change) FROM news_place WHERE {condition}"
                f" AND project_id IN (SELECT value FROM json_each(?)) AND {self.of_groups.sql} GROUP BY 1"
            )
            params += [*moments, json.dumps(self.projects), *self.of_groups.params]
        return self.db.unchanged(
            f"SELECT g.task_status_id, sum(found.amount), sum(found.changes) FROM ({' UNION ALL '.join(found)}) found"
            " JOIN news_group g ON g.number = found.group_number GROUP BY 1",
            params,
        )

    def newest(self, limit):
        """(moment, id) of the newest, merged from the places of each project."""
        places = Condition(self.of_groups.sql, self.of_groups.params)
        for name, moment in self.period.items():
            places.add(PERIOD[name], [moment])
        one = f"SELECT created_at, news_id FROM news_place WHERE project_id = ? AND {places.sql}"
        params = itertools.chain.from_iterable([project_id, *places.params] for project_id in self.projects)
        merged = f"{' UNION ALL '.join([one] * len(self.projects))} ORDER BY created_at DESC, news_id DESC LIMIT ?"
        return self.db.execute(merged, [*params, limit])


def months(after, before):
    """The months that come nearest to a period, and which news to add to those of the months or to take away.

    A month is in it if most of its days are: (first month, the one after the last, [(sign, condition, moments)]).
    """
    first, end, between = after[:7], before[:7], []
    if first == end or after > before:
        return first, first, [("", "created_at > ? AND created_at < ?", (after, before))]
    if after > first + MIDDLE:
        first += END
        between.append(("", "created_at > ? AND created_at < ?", (after, first)))
    elif after:
        between.append(("-", "created_at > ? AND created_at <= ?", (first, after)))
    if before > end + MIDDLE:
        end += END
        between.append(("-", "created_at >= ? AND created_at < ?", (before, end)))
    elif before != END:
        between.append(("", "created_at > ? AND created_at < ?", (end, before)))
    return first, end, between


class LookedUp:
    """News looked up by author, episode, or for a vendor."""

    def __init__(self, ctx, projects, filters, where="1"):
        self.db = ctx.db
        self.condition = Condition("t.project_id IN (SELECT value FROM json_each(?))", [json.dumps(projects)])
        self.condition.add(where)
        for name, value in filters.items():
            self.condition.add((LOOKED_UP | OTHERS)[name], [value])

    def counts(self):
        return self.db.unchanged(
            f"SELECT c.task_status_id, count(*), sum(n.change = 1) {TABLES} WHERE {self.condition.sql} GROUP BY 1",
            self.condition.params,
        )

    def newest(self, limit):
        """(moment, id) of the newest."""
        newest = "ORDER BY n.created_at DESC, n.id DESC LIMIT ?"
        return self.db.execute(
            f"SELECT COALESCE(n.created_at, ''), n.id {TABLES} WHERE {self.condition.sql} {newest}",
            [*self.condition.params, limit],
        )


class OfPerson(LookedUp):
    """News looked up by author and counted by groups."""

    def __init__(self, ctx, projects, filters):
        super().__init__(ctx, projects, filters)
        self.groups = groups(projects, filters)
        self.groups.add("counted.author_id = ?", [filters["person_id"]])

    def counts(self):
        return self.db.unchanged(
            "SELECT g.task_status_id, sum(counted.amount), sum(counted.changes) FROM news_author counted"
            f" JOIN news_group g ON g.number = counted.group_number WHERE {self.groups.sql} GROUP BY 1",
            self.groups.params,
        )
