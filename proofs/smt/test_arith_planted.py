# SPDX-License-Identifier: BSD-3-Clause
"""Is a mistake planted anywhere on the path of an operation refuted, with codes at which it shows?"""

from __future__ import annotations

import pytest

from proofs.checkout import Checkout
from proofs.claim import PROVED, REFUTED, Instance
from proofs.registry import claims

CORE = "cbits/core/"
# Where it is planted, the text, the operation and the row through which it has to be found.
PLANTED = {
    "decoder": ("tapered.h", "int k = (run - 1) ^ flip;", "int k = run ^ flip;", "mul", "posit16"),
    "jam": (
        "field.h",
        "return (x >> n) | ((x << (NF_W - n)) != 0);",
        "return x >> n;",
        "add",
        "posit64",
    ),
    "normalise": ("field.h", "exp - n, sig << n", "exp - n, sig", "add", "binary16"),
    "product": ("mul.h", "product <<= 1 - carry;", "product <<= 1;", "mul", "posit16"),
    "quotient": ("div.h", "q0 | (r0 != 0)", "q0", "div", "posit32"),
    "root": ("sqrt.h", "if (remainder >= trial)", "if (remainder > trial)", "sqrt", "binary16"),
    "glue": ("arithmetic.h", "nf_div_long(x, y)", "nf_div_long(y, x)", "div", "binary64"),
    "special value": (
        "ops.h",
        "a.cls == NF_ZERO || b.cls == NF_ZERO ? NF_N(nf_invalid)",
        "0 ? NF_N(nf_invalid)",
        "mul",
        "binary16",
    ),
    "sign": (
        "mul.h",
        "nf_finite_64(a.sign ^ b.sign",
        "nf_finite_64(a.sign | b.sign",
        "mul",
        "bposit32",
    ),
    "encoder": (
        "tapered.h",
        "m = m == 0 ? 1 : m > maxpos ? maxpos : m;",
        "m = m > maxpos ? maxpos : m;",
        "mul",
        "posit16",
    ),
    "rounding": (
        "round.h",
        "(dropped > half) | ((dropped == half) & odd)",
        "dropped >= half",
        "add",
        "posit16",
    ),
}


def chain(op, row):
    """The claim about an operation of a row, and all the lemmas that it needs."""
    found = claims()
    todo, seen = [(f"{op}.correct", Instance(row))], []
    while todo:
        one = todo.pop(0)
        if one not in seen:
            seen.append(one)
            todo += found[one[0]].needs(one[1])
    return [(found[name], instance) for name, instance in seen]


def refutation(name, checkout_of):
    """The outcome of the first claim of the chain that is refuted."""
    path, old, new, op, row = PLANTED[name]
    with Checkout().changed(CORE + path, old, new) as changed:
        text = checkout_of(changed)
        for claim, instance in chain(op, row):
            out = claim.prove(instance, text, claim.seconds)
            if out.result == REFUTED:
                return out
    pytest.fail("every claim of the chain is proved")


@pytest.mark.parametrize("name", PLANTED)
def test_planted_mistakes_are_refuted(name):
    """One claim of the chain at least is refuted."""
    assert refutation(name, lambda changed: changed).counterexample


@pytest.mark.parametrize(
    "name",
    [pytest.param(x, marks=() if x == "special value" else pytest.mark.long) for x in PLANTED],
)
def test_planted_mistakes_show_in_codes(name):
    """As a checkout of its own, the compiled core of which is asked: each compiles it, which is long."""
    out = refutation(name, lambda changed: Checkout(changed.root))
    lines = "\n".join(out.counterexample)
    assert "the compiled core gives" in lines or "code = " in lines


def test_the_chain_of_a_row_is_proved():
    """posit8: every lemma, and the claims of the codec that the chain names."""
    for claim, instance in chain("div", "posit8"):
        assert claim.prove(instance, Checkout(), claim.seconds).result == PROVED, (
            claim.id,
            instance,
        )


@pytest.mark.parametrize(
    ("op", "row", "names"),
    [
        (
            "add",
            "posit16",
            {
                "add.jam",
                "add.sum",
                "normalise.exact",
                "codec.decode_definition",
                "codec.encode_cell",
            },
        ),
        ("div", "binary64", {"div.long", "codec.decode_definition", "codec.encode_cell"}),
        (
            "fma",
            "posit64",
            {
                "fma.jam",
                "fma.sum",
                "mul.exact",
                "normalise.exact",
                "codec.decode_definition",
                "codec.encode_cell",
            },
        ),
    ],
)
def test_the_chain_names_its_lemmas(op, row, names):
    assert {claim.id for claim, _ in chain(op, row)} == {f"{op}.correct", *names}
