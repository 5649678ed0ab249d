# SPDX-License-Identifier: BSD-3-Clause
"""Are doubles of the text those of the compiler?  Words of 64 bits, tied together by the solver's theory."""

import ctypes
import itertools
import math
import struct
import subprocess

import pytest

from proofs.smt import terms as t
from proofs.smt.c.preprocess import COMPILER
from proofs.smt.c.program import Program
from proofs.smt.c.state import State
from proofs.smt.query import ask

PROGRAMS = [
    "return a + b;",
    "return a - b * 3.0;",
    "return a / b;",
    "return -a;",
    "return a < b ? a : b;",
    "return (a != b) + 2 * (a >= b) + 4 * (a == a);",
    "double x = 0x1.8p3; x += a; return x;",
    "return a > -9e18 && a < 9e18 ? (long)a * 2 : 7;",
    "return (double)(long)-5 + (double)(unsigned long)18446744073709551615u + a;",
]
VALUES = (0.0, -0.0, 1.5, -3.25, 5e-324, 1.7976931348623157e308, math.inf, math.nan)


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doubles")
    text = "".join(
        f"double f{i}(double a, double b) {{ {body} }}\n" for i, body in enumerate(PROGRAMS)
    )
    (folder / "p.c").write_text(text)
    command = [
        *COMPILER,
        "-w",
        "-O1",
        "-shared",
        "-fPIC",
        str(folder / "p.c"),
        "-o",
        str(folder / "p.so"),
        "-ffp-contract=off",
    ]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(folder / "p.so")), Program(text)


@pytest.mark.parametrize("i", range(len(PROGRAMS)), ids=PROGRAMS)
def test_programs(compiled, i):
    library, program = compiled
    f = getattr(library, f"f{i}")
    f.restype, f.argtypes = ctypes.c_double, [ctypes.c_double] * 2
    a, b, p = t.var("a", 64), t.var("b", 64), program.copy()
    result, _ = p.call(f"f{i}", [(a, p.types["double"]), (b, p.types["double"])], State({}, t.TRUE))
    wrong = []
    for x, y in itertools.product(VALUES, VALUES):
        right = f(x, y)
        same = (
            t.raw("(fp.isNaN ((_ to_fp 11 53) {0}))", result)
            if math.isnan(right)
            else t.eq(result, t.bv(bits(right), 64))
        )
        wrong.append(t.land(t.eq(a, t.bv(bits(x), 64)), t.eq(b, t.bv(bits(y), 64)), t.lnot(same)))
    assert ask([*p.axioms, t.lor(*wrong)], 60).status == "unsat"
    assert ask([*p.axioms, t.lnot(t.lor(*wrong))], 60).status == "sat"
