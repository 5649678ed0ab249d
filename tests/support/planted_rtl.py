# SPDX-License-Identifier: BSD-3-Clause
"""Which bugs do tests plant in the designs of docs/examples/hardware?  One piece of text each.

The text must occur in its file exactly once, so that a bug does not vanish when a design is edited.
"""

from __future__ import annotations

import shutil
from typing import NamedTuple

from rtl_simulation import DESIGNS

__all__ = ["BUGS", "OTHERS", "QUICK", "Bug", "plant"]


class Bug(NamedTuple):
    """A change of a design, where it shows, and the diagnosis that it must get."""

    name: str
    file: str
    original: str
    mutated: str
    kind: str
    top: str
    format: str
    op: str

    def __str__(self):
        """Name the test."""
        return f"{self.name} ({self.top})".replace(" ", "-")


ADDER = ("bposit16_adder", "bposit16", "add")
POSIT_ADDER = ("posit16_adder", "posit16", "add")
MULTIPLIER = ("bposit16_multiplier", "bposit16", "mul")
POSIT_MULTIPLIER = ("posit16_multiplier", "posit16", "mul")
TRUNCATED = ("mlu32_adder", "mlu32", "add")

ALIGNMENT = ("aligner.v", "moved[W] | sticky", "moved[W]")
PRODUCT = ("posit_encoder.v", "guard & (below | kept[0])", "guard & (text[L-N-1] | kept[0])")
REGIME = ("posit_decoder.v", "ones ? length - 1'b1 : -length", "ones ? length : -length")
TIE_AWAY = ("posit_encoder.v", "guard & (below | kept[0])", "guard")
TIE_ZERO = ("posit_encoder.v", "guard & (below | kept[0])", "guard & below")
SATURATION = ("posit_encoder.v", "beyond ? ones : rounded[N-1]", "1'b0")
FLUSH = ("posit_encoder.v", "vanish ? minpos : rounded", "vanish ? {N{1'b0}} : rounded")
FLUSH_SIGN = ("posit_encoder.v", "sign ? -magnitude", "sign & ~vanish ? -magnitude")
NAR_SUM = ("posit_adder.v", "large_nar | small_nar", "large_nar & small_nar")
NAR_PRODUCT = ("posit_multiplier.v", "a_nar | b_nar", "a_nar & b_nar")
CARRY = ("posit_encoder.v", "{1'b0, kept} + {{N - 1{1'b0}}, up}",
         "{1'b0, kept[N-2:4], kept[3:0] + {3'b000, up}}")  # fmt: skip
NO_ROUNDING = ("posit_encoder.v", "guard & (below | kept[0])",
               "guard & (below | kept[0]) & (run + ES[SW-1:0] + 1'b1 < N[SW-1:0] - 1'b1)")  # fmt: skip
CUT = ("posit_encoder.v", "guard & (below | kept[0])", "1'b0")
SIGN = ("posit_adder.v", ".sign       (large_sign),\n        .scale      (scale)",
        ".sign       (large_sign & (small_sign | ~swap)),\n        .scale      (scale)")  # fmt: skip
SIGN_PRODUCT = ("posit_multiplier.v", "a_sign ^ b_sign", "a_sign | b_sign")
FLOAT_FLUSH_SIGN = ("truncated_adder.v", "both_zero & subtract | cancelled",
                    "both_zero & subtract | cancelled | underflow")  # fmt: skip
FLOAT_OVERFLOW = ("truncated_adder.v", "infinite | exponent >= $signed(TOP[XW-1:0])", "infinite")

# One of each kind in the design that simulates fastest; the other ones take minutes.
QUICK = [
    Bug("sticky lost below the product's guard", *PRODUCT, "sticky", *MULTIPLIER),
    Bug("regime off by one", *REGIME, "regime", *MULTIPLIER),
    Bug("ties away from zero", *TIE_AWAY, "tie", *MULTIPLIER),
    Bug("no saturation", *SATURATION, "saturation", *MULTIPLIER),
    Bug("tiny results are zero", *FLUSH, "underflow", *MULTIPLIER),
    Bug("tiny results lose their sign", *FLUSH_SIGN, "sign", *MULTIPLIER),
    Bug("NaR of one operand is lost", *NAR_PRODUCT, "nar", *MULTIPLIER),
]
OTHERS = [
    Bug("sticky lost in alignment", *ALIGNMENT, "sticky", *ADDER),
    Bug("sticky lost in alignment", *ALIGNMENT, "sticky", *POSIT_ADDER),
    Bug("sticky lost in alignment", *ALIGNMENT, "sticky", *TRUNCATED),
    Bug("sticky lost below the product's guard", *PRODUCT, "sticky", *POSIT_MULTIPLIER),
    Bug("regime off by one", *REGIME, "regime", *ADDER),
    Bug("regime off by one", *REGIME, "regime", *POSIT_ADDER),
    Bug("ties away from zero", *TIE_AWAY, "tie", *ADDER),
    Bug("ties away from zero", *TIE_AWAY, "tie", *POSIT_MULTIPLIER),
    Bug("ties toward zero", *TIE_ZERO, "tie", *POSIT_ADDER),
    Bug("no saturation", *SATURATION, "saturation", *ADDER),
    Bug("no saturation", *SATURATION, "saturation", *POSIT_MULTIPLIER),
    Bug("overflow is not seen", *FLOAT_OVERFLOW, "saturation", *TRUNCATED),
    Bug("tiny results are zero", *FLUSH, "underflow", *POSIT_MULTIPLIER),
    Bug("flushed results lose their sign", *FLOAT_FLUSH_SIGN, "sign", *TRUNCATED),
    Bug("wrong sign of a swapped difference", *SIGN, "sign", *ADDER),
    Bug("product of negative numbers is negative", *SIGN_PRODUCT, "sign", *POSIT_MULTIPLIER),
    Bug("NaR of one operand is lost", *NAR_SUM, "nar", *ADDER),
    Bug("NaR of one operand is lost", *NAR_PRODUCT, "nar", *POSIT_MULTIPLIER),
    Bug("carry stops inside the code", *CARRY, "regime", *POSIT_ADDER),
    Bug("no rounding without fraction bits", *NO_ROUNDING, "regime", *POSIT_MULTIPLIER),
    Bug("results are cut", *CUT, "sticky", *ADDER),
]
BUGS = [*QUICK, *OTHERS]


def plant(folder, bug):
    """All designs in a folder, with the bug."""
    shutil.copytree(DESIGNS, folder, dirs_exist_ok=True)
    path = folder / bug.file
    text = path.read_text("utf-8")
    assert text.count(bug.original) == 1, f"{bug.name}: {text.count(bug.original)} in {bug.file}"
    path.write_text(text.replace(bug.original, bug.mutated), "utf-8")
    return folder
