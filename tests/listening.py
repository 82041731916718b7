"""Event clients whose listeners are called in the order of the messages."""


def in_order(client):
    """Make a Socket.IO client handle one message after the other, and return it.

    By default it starts a thread for each, and threads overtake each other.
    """
    start = client.eio.start_background_task
    receive = client.eio.handlers["message"]

    def start_or_receive(task, *args):
        return receive(*args) if task is receive else start(task, *args)

    client.eio.start_background_task = start_or_receive
    return client
