# SPDX-License-Identifier: BSD-3-Clause
"""What do codes mean, and which code is right?  Definitions that share nothing with the core.

Terms for a solver, written from the standards: case tables over regimes, values of codes between
codes, comparisons of exact numbers.  `of(parameters)` is the definition of a row, of constants or
of variables.

>>> row = of(run.rows["row"])  # doctest: +SKIP
>>> row.encodes(code, flags, Number(negative, exponent, significand))  # doctest: +SKIP
"""

from proofs.smt.spec.definition import of
from proofs.smt.spec.magnitude import EXPONENT, Magnitude, Number, number_of
from proofs.smt.spec.parameters import Parameters

__all__ = ["EXPONENT", "Magnitude", "Number", "Parameters", "number_of", "of"]
