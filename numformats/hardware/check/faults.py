# SPDX-License-Identifier: BSD-3-Clause
"""Which faults are looked for?  All models that an operation can have, the simplest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.hardware.check.decoding_faults import decoding_faults
from numformats.hardware.check.operand_faults import operand_faults
from numformats.hardware.check.range_faults import range_faults
from numformats.hardware.check.rounding_faults import rounding_faults
from numformats.hardware.check.sticky_faults import sticky_faults

if TYPE_CHECKING:
    from numformats.hardware.check.fault import Fault
    from numformats.hardware.operations import Operation

__all__ = ["faults_of"]


def faults_of(operation: Operation) -> list[Fault]:
    """The models of devices for an operation, in the order in which equals are preferred."""
    if operation.result.bits < 2 or not operation.operands:
        return []
    return [
        *rounding_faults(operation.result),
        *range_faults(operation),
        *operand_faults(operation),
        *decoding_faults(operation),
        *sticky_faults(operation),
    ]
