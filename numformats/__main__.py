# SPDX-License-Identifier: BSD-3-Clause
"""``python -m numformats``: the command line, see numformats.cli."""

import sys

from numformats.cli import main

sys.exit(main())
