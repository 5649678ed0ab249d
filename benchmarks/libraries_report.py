# SPDX-License-Identifier: BSD-3-Clause
"""How does the page tell what other libraries answered?"""

from __future__ import annotations

from typing import Any


def markdown(record: dict[str, Any]) -> str:
    """The figures."""
    return str(record)
