# SPDX-License-Identifier: BSD-3-Clause
"""In which texts do test vectors and a device's answers come?  One file for each layout.

Read in this order: layout, lines, template, rows; then the layouts, beginning with testfloat.
"""

from __future__ import annotations

from numformats.hardware.layouts.c_header import CHeader
from numformats.hardware.layouts.fptest import Fptest
from numformats.hardware.layouts.json_lines import JsonLines
from numformats.hardware.layouts.layout import Layout, LayoutError
from numformats.hardware.layouts.readmemh import Readmemh
from numformats.hardware.layouts.testfloat import TestFloat

__all__ = ["LAYOUTS", "Layout", "LayoutError"]

LAYOUTS: dict[str, Layout] = {
    layout.name: layout for layout in (TestFloat(), Fptest(), JsonLines(), Readmemh(), CHeader())
}
"""The layouts by name: testfloat, fptest, json, readmemh, c.

>>> import io, numpy as np
>>> from numformats.hardware import Cases, operation
>>> add, file = operation("posit16", "add"), io.BytesIO()
>>> cases = Cases((np.array([0x4000], "u2"), np.array([0x4800], "u2")), np.array([0x4C00], "u2"))
>>> LAYOUTS["testfloat"].write(file, add, [cases]), file.getvalue()
(1, b'4000 4800 4C00\\n')
>>> [read] = LAYOUTS["testfloat"].read(io.BytesIO(file.getvalue()), add)
>>> read.results, read.lines
(array([19456], dtype=uint16), array([1]))
"""
