"""People who work with gazu on a running server, each with their own client."""

import gazu


class Seat:
    """A person at work: `ann(gazu.task.get_task, task_id)` calls a function of gazu as that person."""

    def __init__(self, server, email=None):
        self.client = gazu.client.create_client(server.api_url)
        gazu.client.set_tokens(server.tokens(email), client=self.client)
        self.person = gazu.client.get_current_user(client=self.client)

    def __call__(self, function, *args, **options):
        return function(*args, client=self.client, **options)


def hire(server, role="user", name=None, **columns):
    """The Seat of a new person."""
    name = name or role.capitalize()
    email = f"{name.lower()}@studio.com"
    Seat(server)(gazu.person.new_person, name, "Doe", email, role=role, **columns)
    return Seat(server, email)


class Production:
    """A production with two shots and a prop, set up by its boss; tasks of `Animation` and `Modeling`."""

    def __init__(self, boss, name="Caminandes"):
        self.boss = boss
        self.row = boss(gazu.project.new_project, name)
        sequence = boss(gazu.shot.new_sequence, self.row, "SE01")
        self.shots = [boss(gazu.shot.new_shot, self.row, sequence, name) for name in ("SH010", "SH020")]
        self.prop = boss(gazu.asset.new_asset, self.row, boss(gazu.asset.get_asset_type_by_name, "Prop"), "Fence")
        self.animation = boss(gazu.task.new_task, self.shots[0], self.task_type("Animation"))
        self.modeling = boss(gazu.task.new_task, self.prop, self.task_type("Modeling"))

    def task_type(self, name):
        return self.boss(gazu.task.get_task_type_by_name, name)

    def status(self, short_name):
        return self.boss(gazu.task.get_task_status_by_short_name, short_name)

    def take_in(self, *seats):
        """Add people to the team."""
        for seat in seats:
            self.boss(gazu.project.add_person_to_team, self.row, seat.person)
