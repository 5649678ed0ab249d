# SPDX-License-Identifier: BSD-3-Clause
"""Do compiled double-double kernels keep the bounds that are proved of their text, and are planted faults found?

The proofs themselves run by `python -m proofs.run --claim 'bounds.*'`, with more planted faults.
"""

from __future__ import annotations

import gmpy2
import numpy as np
import pytest

from core_tables import with_kernel
from proofs.bounds.kernel_bounds import changed, preprocessed
from proofs.bounds.kernel_bounds_dd import PairMachine, compiled
from proofs.bounds.kernel_domains_dd import (
    FUNCTIONS_2,
    arguments,
    beyond,
    domains,
)
from proofs.bounds.kernel_lemmas import NotProvedError
from proofs.bounds.kernel_proofs_dd import HEADER, claimed, gaps_of_domains, numbers, proved, value
from proofs.bounds.kernel_truth import BITS
from proofs.bounds.near_pairs import NotAPairError

LEAST_VALUE, MOST_VALUE = PairMachine.counted


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Their text, and the constants that are cut."""
    return preprocessed(tmp_path_factory.mktemp("kernels"), HEADER.name)


NAMES = (*domains(), *FUNCTIONS_2)


def test_all_kernels_are_here():
    assert with_kernel("DOUBLES", "CIRCLE", "DD") == set(NAMES)


def test_domains_reach_all_arguments():
    """Between what is next to +-1 and what is not there are no gaps."""
    assert gaps_of_domains() == {}


# ---- compiled kernels ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """name -> the stage: pairs of arrays to a pair of arrays."""
    functions = {}
    for name in NAMES:
        second = name in FUNCTIONS_2
        head = "double *hi, double *lo, " + "const double *h, const double *l, " * second + "int n"
        functions[f"dd_{name}"] = head, f"stage_dd_{name}(hi, lo, {'h, l, ' * second}n);"
    library = compiled(tmp_path_factory.mktemp("compiled"), functions)

    def run(name, operands):
        arrays = [np.array(part) for pair in operands for part in pair]
        library(f"dd_{name}", *arrays)
        return arrays[:2]

    return run


@pytest.mark.parametrize("name", NAMES)
def test_compiled_kernels_keep_the_bound(name, stages):
    operands, most, counted = arguments(name, 300, 2), claimed(name), 0
    z = numbers(*stages(name, operands))
    for at, found in zip(zip(*(numbers(*x) for x in operands), strict=True), z, strict=True):
        if gmpy2.is_finite(found):
            y = value(name, at if len(at) > 1 else at[0])
            if LEAST_VALUE < y < MOST_VALUE:
                counted += 1
                with gmpy2.context(precision=BITS):
                    assert abs(abs(found) - y) <= most * y, [float(x) for x in at]
    assert counted >= 50


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_known_beyond_the_domain(name, stages):
    x = beyond(name)
    far, usual = (x, np.zeros(len(x))), (np.full(len(x), 1.5), np.zeros(len(x)))
    for operands in ((far, usual), (usual, far)) if name in FUNCTIONS_2 else ((far,),):
        assert len(x) >= 100
        assert np.all(np.isnan(stages(name, operands)[0]))


# ---- faults that have to be found ----------------------------------------------------------------

ANY = r"0x1\.\w+p[+-]\d+"
FAULTS = {
    "a third part of pi/2 in doubles": ("tan", r"nf_dd_times\(nf_dd_of\((0x1.3198a2e037073p-69), [^)]*\), whole\)", r"nf_dd_of(\1 * whole, 0)"),
    "half turns by pi without its low": ("sinpi", rf"(nf_dd_reduce_half_turns\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0"),
    "sinc by pi without its low": ("sinc", rf"(nf_dd_of_sinc\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0"),
    "arctan beyond pi/4 without its low": ("arctan", rf"(nf_dd_atan_of\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0"),
    "arctan2 beyond pi without its low": ("arctan2", rf"(nf_dd_of_arctan2\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0"),
    "k ln 2 without its low": ("log", rf"(nf_dd_log_by\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0"),
    "another low of ln 2": ("log", rf"(nf_dd_log_by\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0x1.abcp-56"),
    "log2 e without its low": ("log2", rf"(nf_dd_of\(0x1.71547652b82fep\+0, ){ANY}", r"\g<1>0"),
    "2^x by ln 2 without its low": ("exp2m1", rf"(nf_dd_reduce_exp2\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0"),
    "10^x by a double": ("exp10", rf"(nf_dd_reduce_exp10\([^}}]*nf_dd_of\({ANY}, ){ANY}", r"\g<1>0"),
    "expm1 by a difference": ("expm1", r"return nf_dd_expm1_of\(r, k\);", "return nf_dd_plus(nf_dd_exp_of(r, k), -1);"),
    "ln next to 1 by the first part": ("log", r"nf_dd_plus\(m, -1\), nf_dd_plus\(m, 1\), k", "nf_dd_of(m.hi - 1, 0), nf_dd_plus(m, 1), k"),
    "arcsin of 1 - a a": ("arcsin", r"nf_dd_mul\(nf_dd_one_minus\(a\), nf_dd_plus\(a, 1\)\)", "nf_dd_one_minus(nf_dd_mul(a, a))"),
    "arccosh of x x - 1": ("arccosh", r"nf_dd_mul\(z, nf_dd_plus\(z, 2\)\)", "nf_dd_plus(nf_dd_mul(x, x), -1)"),
    "half of arctanh": ("arctanh", r"nf_dd_times_power\(nf_dd_of_log1p\(z\), 0.5\)", "nf_dd_of_log1p(z)"),
    "the larger second": ("exp", r"nf_dd_fast_sum\(hi, t.hi\)", "nf_dd_fast_sum(t.hi, hi)"),
    "a root without its correction": ("cbrt", r"nf_dd_fast_sum\(w, rest.hi / \(3 \* square.hi\)\)", "nf_dd_of(w, 0)"),
    "a sum that cancels": ("logaddexp", r"0x1p-10 \*", "0x1p-20 *"),
    "degrees of half a turn": ("deg2rad", r"nf_dd_of\(180, 0\)", "nf_dd_of(90, 0)"),
    **{f"the leading coefficient of {name}": (name, rf"(nf_dd_poly_{poly}\([^}}]*?double high = ){ANY}; high = __builtin_fma\(high, y.hi, (\S+)\);", r"\g<1>\2;")
       for name, poly in (("exp", "exp"), ("log", "atanh"), ("arctan", "atan"))},
    **{f"a coefficient of {name}": (name, rf"(nf_dd_poly_{poly}\([^}}]*?)p = nf_dd_step\(p, y, [^)]*\); ", r"\1")
       for name, poly in (("exp", "exp"), ("log", "atanh"), ("sin", "sin"), ("cospi", "cos"), ("arctan", "atan"))},
    **{f"a low of {name}": (name, rf"(nf_dd_poly_{poly}\([^}}]*p = nf_dd_step\(p, y, \S+, )-?{ANY}(\); p = nf_dd_step\(p, y, 0x1.0+p\+0, )", r"\g<1>0\2")
       for name, poly in (("log", "atanh"), ("sin", "sin"), ("arctan", "atan"))},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(fault, kernels):
    name, old, new = FAULTS[fault]
    text, cut = kernels
    try:
        most = proved(PairMachine(changed(text, old, new), cut), name)
    except (NotProvedError, NotAPairError) as e:
        print(f"{fault}: {e}")
        return
    print(f"{fault}: {most}")
    assert most > claimed(name)
