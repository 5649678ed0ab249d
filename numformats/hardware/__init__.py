# SPDX-License-Identifier: BSD-3-Clause
"""Does a device compute what its format says?  Vectors for it, and judgement of its answers.

A device is a design in a simulator, a chip, or another library.  The reference is the compiled
arithmetic where it must be fast, and the oracle for whatever differs and for exact values.

Read in this order: cases, abstract, arithmetic, operations, nans, thresholds, float_flags, flags;
vectors.
"""

from __future__ import annotations

from numformats.hardware.cases import Cases
from numformats.hardware.check import Checker, Diagnosis, Mismatch, Report, check, diagnose
from numformats.hardware.comparisons import Comparison
from numformats.hardware.device import DeviceError, run_device
from numformats.hardware.dots import Dot
from numformats.hardware.instructions import Vacc, Vcomp, Vscale
from numformats.hardware.layouts import LAYOUTS, Layout, LayoutError
from numformats.hardware.machine_integers import ToInteger
from numformats.hardware.operations import OPERATIONS, Conversion, Elementwise, Operation, operation
from numformats.hardware.vectors import ReferenceFaultError, vectors

__all__ = [
    "LAYOUTS",
    "OPERATIONS",
    "Cases",
    "Checker",
    "Comparison",
    "Conversion",
    "DeviceError",
    "Diagnosis",
    "Dot",
    "Elementwise",
    "Layout",
    "LayoutError",
    "Mismatch",
    "Operation",
    "ReferenceFaultError",
    "Report",
    "ToInteger",
    "Vacc",
    "Vcomp",
    "Vscale",
    "check",
    "diagnose",
    "operation",
    "run_device",
    "vectors",
]
