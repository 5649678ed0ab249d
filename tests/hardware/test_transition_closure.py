# SPDX-License-Identifier: BSD-3-Clause
"""Is every bin of 16-bit formats hit by the vectors of level 1, by a witness, or proved empty?"""

from __future__ import annotations

import pytest

from numformats.hardware import Cases, operation, vectors
from numformats.hardware.coverage import Coverage, decide
from numformats.hardware.coverage.drawing import draws

pytest.importorskip("bitwuzla", reason="witnesses and proofs need bitwuzla")

FORMATS = ["posit16", "bposit16", "takum_linear16", "binary16"]
LONG = [
    *((f, name) for f in [*FORMATS, "bfloat16"] for name in ("sub", "div", "fma", "sqrt")),
    *((f, name) for f in ("posit32", "bposit32", "takum_linear32", "binary32") for name in ("add", "mul", "sqrt")),
]  # fmt: skip


def close(op):
    """The coverage of level 1 with all that the solver found out."""
    seen = Coverage(op)
    for batch in vectors(op, level=1):
        seen.add(batch)
    hit = len(seen.table()) - len(seen.missing())
    decision = decide(op, seen.missing(), seconds=600)
    seen.add(decision.witnesses, witnesses=True)
    seen.exclude(decision.unreachable)
    return seen, hit


def refute(op, seen):
    """Other cases than those that were seen: none lies in a bin that is said to be unreachable."""
    for seed in (1, 2):
        other = Coverage(op)
        other.add(Cases(tuple(op.columns(list(zip(*draws(op, 50000, seed), strict=True))))))
        other.exclude(row.bin for row in seen.table() if row.state == "unreachable")


@pytest.mark.parametrize("name", ["add", "mul"])
@pytest.mark.parametrize("text", FORMATS)
def test_no_reachable_bin_is_empty(text, name):
    op = operation(text, name)
    seen, hit = close(op)
    assert seen.missing() == []
    assert hit > 500
    refute(op, seen)


@pytest.mark.long
@pytest.mark.parametrize(("text", "name"), LONG)
def test_no_reachable_bin_is_empty_of_more_operations(text, name):
    op = operation(text, name)
    seen, _ = close(op)
    assert seen.missing() == []
    refute(op, seen)


@pytest.mark.long
@pytest.mark.parametrize(("text", "to"), [("posit16", "bposit16"), ("binary16", "posit16"), ("takum_linear16", "binary16"),
                                          ("bfloat16", "float8_e4m3fn")])  # fmt: skip
def test_the_solver_agrees_with_all_conversions(text, to):
    op = operation(text, "convert", to=to)
    seen = Coverage(op)
    seen.add(Cases(tuple(op.columns([[c] for c in range(1 << 16)]))))
    decision = decide(op, seconds=600)
    assert decision.undecided == []
    assert set(decision.unreachable) == set(seen.missing())
