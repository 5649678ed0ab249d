# SPDX-License-Identifier: BSD-3-Clause
"""What are numbers of a format with a unit?  pint's quantities, with conversions rounded once.

Arrays of formats are NumPy's arrays, so that `pint.Quantity` takes them as they are.  Here is what
it cannot know: exact conversions, functions of numformats, derivatives, steps of descent.  Who
does not load this package pays nothing for it.

Read in this order: registries, conversion, answers, derivatives, descent.
"""

from numformats.training.units.answers import prepare, registry
from numformats.training.units.conversion import conversion_factor, convert
from numformats.training.units.derivatives import grad, value_and_grad
from numformats.training.units.descent import descend

__all__ = [
    "conversion_factor",
    "convert",
    "descend",
    "grad",
    "prepare",
    "registry",
    "value_and_grad",
]
