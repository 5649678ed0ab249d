# SPDX-License-Identifier: BSD-3-Clause
"""Which rule has an elementwise function of NumPy or of this package?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.bounds.choices import absolute, maximum, minimum, sign_changed
from numformats.analysis.bounds.functions import FUNCTIONS, apply_function
from numformats.analysis.bounds.products import add, fma, multiply, subtract
from numformats.analysis.bounds.quotients import divide, square_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.analysis.bounds.local_rounding import LocalRounding
    from numformats.analysis.bounds.quantity import Quantity
    from numformats.analysis.bounds.settling import Journal

__all__ = ["RULES"]


def _square(journal: Journal, rounding: LocalRounding, x: Quantity) -> Quantity:
    return multiply(journal, rounding, x, x)


# Of each function rule(journal, rounding, *operands).
RULES: dict[Any, Callable[..., Quantity]] = {
    np.absolute: absolute,
    np.add: add,
    np.divide: divide,
    np.fabs: absolute,
    np.maximum: maximum,
    np.minimum: minimum,
    np.multiply: multiply,
    np.negative: sign_changed,
    np.sqrt: square_root,
    np.square: _square,
    np.subtract: subtract,
    nf.fma: fma,
}
RULES.update({f: partial(apply_function, f=f) for f in FUNCTIONS})
