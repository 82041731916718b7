"""Work in a process of its own, which may be ended at any moment."""

import os
import sys
import traceback

BROKEN = 1


def in_a_child(function, *args, **options):
    """The exit code of a child process that runs a function."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            function(*args, **options)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
