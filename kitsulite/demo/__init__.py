"""The demo studio: two productions in progress, the same each time, created in a few seconds.

    with DemoServer() as server:
        print(server.url)

Ids are the same each time. Dates are relative to today, so that there is always something late, something in
progress and something ahead. What happens to tasks goes through the domain, each step at its own moment.
"""
