"""What all steps of filling the demo studio share."""

import datetime as dt
import random
from dataclasses import dataclass, field

from kitsulite.context import Context, Row
from kitsulite.demo.sameness import PastClock


@dataclass
class Studio:
    """The state of filling a demo studio: the administrator's context, the clock, random numbers, the people."""

    ctx: Context
    clock: PastClock
    numbers: random.Random
    people: dict[str, Row]
    start: dt.datetime
    #: id of an asset or shot -> what its pictures show
    subjects: dict[str, str] = field(default_factory=dict)

    def as_person(self, first_name: str) -> Context:
        return Context(self.ctx.app, person=self.people[first_name], claims={"identity_type": "person"})

    def day(self, days_ago: float) -> str:
        return (self.start - dt.timedelta(days=days_ago)).date().isoformat()

    def go_to(self, days_ago: float) -> None:
        """Set the clock to some days ago; never into the future."""
        self.clock.moment = self.start - dt.timedelta(days=max(days_ago, 0.003))
