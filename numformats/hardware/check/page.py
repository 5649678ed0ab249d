# SPDX-License-Identifier: BSD-3-Clause
"""How does a report look in a browser?"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numformats.hardware.check.report import Report

__all__ = ["page"]


def page(report: Report) -> str:
    """One file."""
    return f"<!DOCTYPE html><pre>{escape(report.table())}</pre>"
