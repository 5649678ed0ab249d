# SPDX-License-Identifier: BSD-3-Clause
"""Which definition has a row?"""

from __future__ import annotations

from proofs.smt.spec import parameters as p
from proofs.smt.spec.fixed import Fixed
from proofs.smt.spec.floats import Floats
from proofs.smt.spec.tapered import Tapered
from proofs.smt.spec.truncated import Truncated

FAMILIES = {
    p.POSIT: Tapered,
    p.TAKUM: Tapered,
    p.FLOAT: Floats,
    p.TRUNCATED: Truncated,
    p.FIXED: Fixed,
}


def of(fields, most=64):
    """The definition of the row with these fields, integers or terms, the family an integer.

    Codes are words of `wide` bits.  `most`: rows of variables have no more bits.
    """
    parameters = p.Parameters(fields, most)
    return FAMILIES[parameters.family](parameters)
