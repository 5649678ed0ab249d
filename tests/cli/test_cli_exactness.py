# SPDX-License-Identifier: BSD-3-Clause
"""Does the demo's table say what rounding at each step costs?"""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from numformats.cli.exactness import FORMATS, errors, print_exactness


@pytest.mark.parametrize("name", FORMATS)
def test_one_rounding_is_better_than_many(name):
    step_sum, once_sum, step_product, once_product = errors(name, 2000, 12)
    unit = {"bfloat16": 2**-8, "posit16": 2**-7, "bposit16": 2**-8, "binary32": 2**-24,
            "posit32": 2**-23}[name]  # fmt: skip
    assert once_sum <= unit
    assert once_product <= unit
    assert once_sum < step_sum
    assert once_product < step_product


def test_the_table_has_a_row_for_each_format():
    page = io.StringIO()
    print_exactness(Console(file=page, width=120), 100, 5)
    for name in FORMATS:
        assert name in page.getvalue()
    assert "sum of 100 numbers, and a 5 x 5 product" in page.getvalue()
