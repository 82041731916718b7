"""People who work with gazu on a started server, each with a client of his own."""

import gazu


def seat(server, email=None):
    """A gazu client, signed in as this person; by default as the administrator."""
    client = gazu.client.create_client(server.api_url)
    gazu.client.set_tokens(server.tokens(email), client=client)
    return client


def hire(server, role="user", name=None, **columns):
    """A new person with a client: (row, client)."""
    boss = seat(server)
    name = name or role.capitalize()
    person = gazu.person.new_person(name, "Doe", f"{name.lower()}@studio.com", role=role, client=boss, **columns)
    return person, seat(server, person["email"])
