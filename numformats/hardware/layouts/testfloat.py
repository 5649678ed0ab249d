# SPDX-License-Identifier: BSD-3-Clause
"""How does Berkeley TestFloat write cases?  A line each: operands, result and flags in hexadecimal.

    4000 4800 4C00 00

Source: J. R. Hauser, TestFloat Release 3e, testfloat_gen.html and testfloat_ver.html: upper case,
as many digits as the width of the format, two for the flags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from numformats.hardware.layouts.rows import HexRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.operations import Operation

__all__ = ["TestFloat"]

_COMMENT = re.compile(rb"(#|//).*")


class TestFloat(HexRows):
    """Lines as testfloat_gen prints and testfloat_ver reads them.

    Read are also lower case, other blanks, CRLF, blank lines, comments from # or // on, and files
    without flags.  Cases without results are written as lines of operands only.
    """

    __test__ = False  # no test, in spite of its name
    name = "testfloat"
    summary = "Berkeley TestFloat: operands, result, flags"
    texts = ("", " ", "")
    allows_no_results = True

    def reader(self, operation: Operation) -> Callable[[bytes], list[bytes]]:  # noqa: ARG002
        """What stands between blanks."""
        return lambda line: _COMMENT.sub(b"", line).split()
