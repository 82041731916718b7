"""Event clients whose listeners are called in the order of the wire."""


def in_order(client):
    """The same Socket.IO client, handing on one message after the other.

    By itself it starts a thread for each, and threads overtake one another.
    """
    start = client.eio.start_background_task
    receive = client.eio.handlers["message"]

    def start_or_receive(task, *args):
        return receive(*args) if task is receive else start(task, *args)

    client.eio.start_background_task = start_or_receive
    return client
