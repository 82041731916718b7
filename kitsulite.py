"""Starts kitsulite from a checkout: `python kitsulite.py serve`.

The package of the same name beside this file is what `import kitsulite` finds.
"""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 10):  # noqa: UP036
        sys.exit("kitsulite needs Python 3.10 or newer; this is " + sys.version.split()[0])
    from kitsulite.cli import main

    sys.exit(main())
