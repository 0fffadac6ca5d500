"""``python -m pipeline`` is ``xinwen``."""

import sys

from pipeline.cli import main

sys.exit(main())
