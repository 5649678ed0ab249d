# SPDX-License-Identifier: BSD-3-Clause
"""Where do tests find the package `proofs`?  In the checkout, behind everything installed: the folder
numformats/ beside it is not the package that was built."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
