# SPDX-License-Identifier: BSD-3-Clause
"""How do all tests run?  On the installed package; hypothesis reproducibly where CI is set."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

# A loaded machine must not make a property fail: no deadline.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)
# Child processes run in the checkout too: they must not find its sources before the package.
os.environ["PYTHONSAFEPATH"] = "1"
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_report_header():
    """Print what is under test: where from, at which CPU level, with which NumPy."""
    import numformats as nf

    return f"numformats {nf.build_info()} from {Path(nf.__file__).parent}"
