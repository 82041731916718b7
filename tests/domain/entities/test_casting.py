"""Any sequence of casting edits leaves what a count from nothing gives."""

from hypothesis import given, settings
from hypothesis import strategies as st
from support import Studio

from kitsulite.domain.entities import casting
from kitsulite.models.entities import Entity
from kitsulite.models.projects import ProjectTaskTypeLink
from kitsulite.models.tasks import Task

STEPS = ("Layout", "Animation")
ASSETS = 4
#: what is edited: two shots of the first episode, one of the second, one without, the episodes, an asset
TARGETS = ("a1", "a2", "b1", "loose", "first", "second", "asset")

edits = st.lists(
    st.one_of(
        st.tuples(
            st.just("cast"),
            st.sampled_from(TARGETS),
            st.lists(st.integers(0, ASSETS - 1), unique=True, max_size=ASSETS),
        ),
        st.tuples(st.just("ready"), st.integers(0, ASSETS - 1), st.sampled_from([*STEPS, None])),
        st.tuples(st.just("cancel"), st.integers(0, ASSETS - 1), st.booleans()),
    ),
    max_size=12,
)


class Breakdown:
    def __init__(self, studio):
        self.studio, self.db, self.ctx = studio, studio.db, studio.context(studio.admin)
        project = studio.project()
        self.steps = {}
        for priority, name in enumerate(STEPS, 1):
            self.steps[name] = studio.task_type(name)["id"]
            studio.link(ProjectTaskTypeLink, project_id=project["id"], task_type_id=self.steps[name], priority=priority)
        self.targets = {name: studio.entity(project, "Episode", name=name) for name in ("first", "second")}
        for shot, episode in (("a1", "first"), ("a2", "first"), ("b1", "second"), ("loose", None)):
            parent = self.targets[episode]["id"] if episode else None
            sequence = studio.entity(project, "Sequence", parent_id=parent)
            self.targets[shot] = studio.entity(project, "Shot", parent_id=sequence["id"])
            for name in STEPS:
                studio.task(self.targets[shot], name)
        self.assets = [studio.entity(project, "Prop") for _ in range(ASSETS)]
        self.targets["asset"] = self.assets[0]

    def edit(self, what, target, value):
        with self.db.write():
            if what == "cast":
                items = [{"asset_id": self.assets[n]["id"], "nb_occurences": 1} for n in value]
                casting.replace(self.ctx, self.targets[target], items)
            else:
                asset = self.assets[target]
                change = {"canceled": value} if what == "cancel" else {"ready_for": self.steps.get(value)}
                self.db.update(Entity, asset["id"], **change)
                casting.refresh_shots_of_asset(self.ctx, asset["id"])

    def links(self, name):
        return set(self.db.related(Entity, self.targets[name]["id"], "entities_out"))

    def ready(self, shot, step):
        """The assets of a shot that are ready for a step, counted from nothing."""
        order = list(self.steps.values())
        assets = [self.db.get(Entity, asset_id) for asset_id in self.links(shot)]
        return sum(
            not asset["canceled"]
            and asset["ready_for"] is not None
            and order.index(self.steps[step]) <= order.index(asset["ready_for"])
            for asset in assets
        )


@settings(max_examples=20, deadline=None)
@given(edits=edits)
def test_counters_episodes_and_readiness_equal_a_count_from_nothing(application, edits):
    application.restore_pristine()
    breakdown = Breakdown(Studio(application))
    expected, by_hand = {name: set() for name in TARGETS}, {"first": set(), "second": set()}
    episodes = {"a1": "first", "a2": "first", "b1": "second"}
    for what, target, value in edits:
        breakdown.edit(what, target, value)
        if what == "cast":
            follow(expected, by_hand, episodes, target, {breakdown.assets[n]["id"] for n in value})
    for name in TARGETS:
        assert breakdown.links(name) == expected[name], name
        row = breakdown.db.get(Entity, breakdown.targets[name]["id"])
        present = sum(not breakdown.db.get(Entity, asset_id)["canceled"] for asset_id in expected[name])
        # only shots of a sequence are counted again when an asset is canceled or comes back
        least, most = (present, present) if name in episodes else (0, len(expected[name]))
        assert least <= row["nb_entities_out"] <= most, name
    for shot in ("a1", "a2", "b1", "loose"):
        for step in STEPS:
            task = breakdown.db.find(Task, entity_id=breakdown.targets[shot]["id"], task_type_id=breakdown.steps[step])
            assert task["nb_assets_ready"] == breakdown.ready(shot, step), (shot, step)


def follow(expected, by_hand, episodes, target, new):
    """What a casting edit means for everybody's casting; an episode keeps what was cast in it by hand."""
    dropped = expected[target] - new
    expected[target] = set(new)
    if target in by_hand:
        by_hand[target] = set(new)
    for shot, episode in episodes.items():
        if episode == target:
            expected[shot] -= dropped
    if target in episodes:
        episode = episodes[target]
        elsewhere = set().union(*(expected[shot] for shot, other in episodes.items() if other == episode))
        expected[episode] = (expected[episode] | new) - (dropped - elsewhere - by_hand[episode])
