# SPDX-License-Identifier: BSD-3-Clause
"""Is the quire multiply-accumulate exact until its one rounding?"""

from __future__ import annotations

import random

import pytest

from numformats.oracle import OracleQuire, quire_layout
from numformats.parse import as_format
from rtl_simulation import needs_icarus, simulate

pytestmark = needs_icarus


def steps(f, count, seed, with_nar=True):
    """Rows (clear, enable, a, b): all codes, with runs of one product of extreme numbers."""
    rng, nar = random.Random(seed), 1 << (f.bits - 1)
    extremes = [1, nar - 1, nar + 1, 2 * nar - 1]
    yield 1, 0, 0, 0
    left = 0
    for _ in range(count):
        if left:
            left -= 1
        elif rng.random() < 0.1:
            left, a, b = 8, rng.choice(extremes), rng.choice(extremes)
        else:
            a, b = rng.getrandbits(f.bits), rng.getrandbits(f.bits)
        if nar in (a, b) and (rng.random() < 0.8 or not with_nar):
            a = b = 1
        yield int(rng.random() < 0.03), int(rng.random() < 0.95), a, b


def expected(f, bits, rows):
    """The quire's words and the rounded results, by exact fractions."""
    quire, found = OracleQuire(f, bits), []
    for clear, enable, a, b in rows:
        if clear:
            quire = OracleQuire(f, bits)
        if enable:
            quire.fma(a, b)
        found.append((quire.code(), quire.round()))
    return found


@pytest.mark.parametrize("fewer", [0, 29])
@pytest.mark.parametrize("text", ["posit8", "bposit8q", "bposit<6,rs=2,es=0>"])
def test_every_state_of_the_quire(tmp_path, text, fewer):
    """With 2 carry bits it overflows again and again, which is NaR, though no operand was."""
    f = as_format(text)
    bits, lsb = quire_layout(f)
    rows = list(steps(f, 3000, f"{text} {fewer}", with_nar=not fewer))
    wanted = expected(f, bits - fewer, rows)
    inputs = {"clear": 1, "enable": 1, "a": f.bits, "b": f.bits}
    parameters = {"N": f.bits, "RS": f.rs, "ES": f.es, "QUIRE": bits - fewer, "LSB": -lsb}
    found = simulate(
        tmp_path, "quire_mac", inputs, {"quire": bits - fewer, "result": f.bits}, rows,
        parameters=parameters, clocked=True,
    )  # fmt: skip
    assert found == wanted
    assert sum(r == 1 << (f.bits - 1) for _, r in wanted) > (50 if fewer else 0)


def test_the_quire_of_posit8(tmp_path):
    f = as_format("posit8")
    rows = list(steps(f, 500, "top"))
    inputs = {"clear": 1, "enable": 1, "a": 8, "b": 8}
    found = simulate(tmp_path, "posit8_quire_mac", inputs, {"quire": 128, "result": 8}, rows,
                     clocked=True)  # fmt: skip
    assert found == expected(f, 128, rows)
