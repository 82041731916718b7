"""python -m kitsulite"""

import sys

from kitsulite.cli import main

sys.exit(main())
