# SPDX-License-Identifier: BSD-3-Clause
"""Of which kinds are the faults of a device?"""

__all__ = ["KINDS"]

KINDS = {
    "tie": "exact ties go the wrong way",
    "sticky": "what lies behind the last place is lost, or rounded twice",
    "regime": "regimes, exponents, or rounding without fraction bits are wrong",
    "saturation": "results beyond the largest number are wrong",
    "underflow": "results (or operands) below the least numbers are wrong",
    "nar": "NaR or NaN is missing, or comes where it must not",
    "sign": "signs are wrong",
    "flags": "results are right, but not their flags",
    "other": "another operation, or wrong by no fault that is known here",
    "reference": "the oracle sides with the device: report this as a fault of numformats",
}
"""Kinds of diagnoses and what each says."""
