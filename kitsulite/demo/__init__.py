"""The demo studio: two productions at work, the same each time, in a few seconds.

    with DemoServer() as server:
        print(server.url)

The rows have the same ids each time; the days are counted from today, so that there is always
something late, something under way and something to come. What happens to tasks goes through
the domain, each step at its own moment.
"""
