# SPDX-License-Identifier: BSD-3-Clause
"""Do the definitions that the solver gets agree with the oracle, which shares no text with them?"""

import random
from fractions import Fraction

import pytest

import numformats as nf
from numformats.oracle import Special, for_format
from proofs.checkout import ROOT
from proofs.native import native
from proofs.smt import spec
from proofs.smt import terms as t
from proofs.smt.smtlib import evaluate
from proofs.smt.spec import parameters as p
from proofs.smt.spec.special import Special as SpecialTerm

MODES = ("nearest_even", "nearest_away", "nearest_zero", "nearest_positive", "nearest_negative")
MODES += ("toward_zero", "toward_positive", "toward_negative", "to_odd", "stochastic")
FLAGS = {"invalid": p.INVALID, "divide": p.DIVIDE, "overflow": p.OVERFLOW}
TAPERED = ["posit8", "posit<2,es=2>", "posit<3,es=0>", "posit<7,es=5>", "bposit8q", "takum_linear8"]
TAPERED += ["bposit<9,rs=3,es=1>", "bposit<6,rs=4,es=0>"]
PLAIN = "inf=none,nan=none,overflow=saturate"
FLOATS = ["float8_e4m3", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e8m0fnu", "float6_e2m3fn"]
FLOATS += [
    "float<exp=3,man=2,subnormals=false>",
    f"float<exp=4,man=0,{PLAIN}>",
    f"float<exp=1,man=1,{PLAIN}>",
    f"float<exp=3,man=1,signed=false,{PLAIN}>",
    "float<exp=3,man=2,signed=false,subnormals=false,inf=top,nan=all_ones,overflow=nan>",
    f"float<exp=3,man=1,subnormals=false,bias=-2,{PLAIN}>",
    "float<exp=3,man=2,bias=9,inf=top,nan=negative_zero,overflow=saturate_finite>",
]
FIXED = ["q7", "fixed<6,frac=-3,signed=false>", "fixed<5,frac=9,overflow=zero>"]
FIXED += ["fixed<5,frac=1,overflow=saturate_symmetric>"]
WRAPPED = ["fixed<5,frac=2,overflow=wrap>", "fixed<4,frac=0,signed=false,overflow=wrap>"]
ROWS = [*TAPERED, *FLOATS, *FIXED]


def definition(text):
    return spec.of(native(str(ROOT)).row(text).fields())


def values(row, terms):
    """What codes mean: a function of codes, by the definition."""
    width = row.magnitude.sig.w

    def value(code):
        zero, infinite, nan, negative, exp, sig = evaluate(terms, {"code": code})
        if nan:
            return Special.NAN
        if infinite:
            return Special.NEG_INF if negative else Special.INF
        if zero:
            return Special.NEG_ZERO if negative else Fraction(0)
        exact = Fraction(sig, 1 << (width - 1)) * Fraction(2) ** t.signed(exp, spec.EXPONENT)
        return -exact if negative else exact

    return value


@pytest.mark.parametrize(
    "text", [*ROWS, *WRAPPED, "mlu32", "takum_linear32", "binary64", "bposit64"]
)
def test_codes_mean_what_the_oracle_says(text):
    row, oracle = definition(text), for_format(nf.parse_format(text))
    x = row.decode(t.var("code", row.wide))
    value = values(x, [x.zero, x.infinite, x.nan, x.negative, x.magnitude.exp, x.magnitude.sig])
    bits, rng = oracle.row.bits, random.Random(1)
    codes = range(1 << bits) if bits <= 9 else [rng.getrandbits(bits) for _ in range(100)]
    for code in codes:
        assert value(code) == oracle.decode(code), hex(code)


def numbers(oracle, rng, count):
    """Exact numbers near codes, half way between them, behind both ends."""
    finite = [oracle.decode(c) for c in range(1 << oracle.row.bits)]
    finite = sorted({v for v in finite if isinstance(v, Fraction)})
    finite += [finite[-1] * 2, 2 * finite[-1] - finite[-2]]
    finite.append(Fraction(1, 1 << 300))
    for _ in range(count):
        a, b = rng.choice(finite), rng.choice(finite)
        i = rng.randrange(len(finite) - 1)
        middle = (finite[i] + finite[i + 1]) / 2
        nudge = rng.choice([0, 1, -1]) * (abs(middle) or Fraction(1)) / (1 << rng.choice([9, 70]))
        for x in (a, a + b, middle + nudge):
            if x:
                yield rng.choice([x, -x])


def number_terms(x, width=128):
    """The variables of an exact number."""
    n, d = abs(x.numerator), x.denominator
    exp = n.bit_length() - 1 - (d.bit_length() - 1)
    sig = n << (width - n.bit_length())
    return {"negative": int(x < 0), "exp": exp & ((1 << spec.EXPONENT) - 1), "sig": sig}


def variables(row, width=128):
    code, flags, word = t.var("code", row.wide), t.var("flags", 32), t.var("word", 64)
    exp, sig = t.var("exp", spec.EXPONENT), t.var("sig", width)
    number = spec.Number(t.var("negative", 0), spec.Magnitude(exp, sig))
    return code, flags, number, word


@pytest.mark.parametrize("text", [*ROWS, *WRAPPED])
def test_the_oracles_code_is_right_and_its_neighbours_are_not(text):
    """In all ten modes; numbers are the 128 leading bits of what the oracle gets, so exact."""
    row, oracle = definition(text), for_format(nf.parse_format(text))
    code, flags, number, word = variables(row)
    mode = t.var("mode", spec.EXPONENT)
    relation = row.wraps if text in WRAPPED else row.encodes
    right = relation(code, flags, number, word, mode)
    rng, mask = random.Random(2), (1 << oracle.row.bits) - 1
    for x in numbers(oracle, rng, 12):
        if x.denominator & (x.denominator - 1) or abs(x.numerator).bit_length() > 128:
            continue
        k, drawn = rng.randrange(10), rng.choice([rng.getrandbits(64), 0, (1 << 64) - 1])
        want = oracle.encode(x, rounding=MODES[k], random=drawn)
        raised = sum(FLAGS[f] for f in oracle.last_flags)
        given = {**number_terms(x), "mode": k, "word": drawn, "flags": raised}
        if text in WRAPPED:
            floor = int(abs(x) * Fraction(2) ** oracle.row.frac)
            given = [{**given, "steps": steps} for steps in (floor, floor + 1)]
            assert all(evaluate([right], {**g, "code": want}) == [1] for g in given)
            assert not all(evaluate([right], {**g, "code": want ^ 1}) == [1] for g in given)
            continue
        assert evaluate([right], {**given, "code": want}) == [1], (x, MODES[k], hex(want))
        for other in {(want + 1) & mask, (want - 1) & mask, mask, 0} - {want}:
            assert evaluate([right], {**given, "code": other}) == [0], (x, MODES[k], hex(other))
        assert evaluate([right], {**given, "code": want, "flags": raised ^ 4}) == [0]


@pytest.mark.parametrize("text", ROWS)
def test_specials_become_what_the_oracle_says(text):
    row, oracle = definition(text), for_format(nf.parse_format(text))
    code, flags, _, _ = variables(row)
    names = ("zero", "infinite", "nan", "negative", "pole", "by_zero")
    right = row.encodes_special(code, flags, SpecialTerm(*[t.var(n, 0) for n in names]))
    cases = {Special.NAN: "nan", Special.INF: "infinite", Special.NEG_INF: "infinite"}
    cases |= {Fraction(0): "zero", Special.NEG_ZERO: "zero"}
    for value, name in cases.items():
        want = oracle.encode(value)
        raised = sum(FLAGS[f] for f in oracle.last_flags)
        negative = value in (Special.NEG_INF, Special.NEG_ZERO)
        given = {**dict.fromkeys(names, 0), name: 1, "negative": int(negative)}
        assert evaluate([right], {**given, "code": want, "flags": raised}) == [1], value
        assert evaluate([right], {**given, "code": want ^ 1, "flags": raised}) == [0], value
        assert evaluate([right], {**given, "code": want, "flags": raised ^ 1}) == [0], value


MACHINES = [
    f"truncated<exp=2,man=2,compute_man=1,truncate={cut}>"
    for cut in ("result", "operand", "rounded", "product")
]
MACHINES += ["truncated<exp=3,man=2,compute_man=0,ftz=false,daz=false>"]


@pytest.mark.parametrize("text", MACHINES)
def test_truncating_machines_store_what_the_oracle_stores(text):
    row, oracle = definition(text), for_format(nf.parse_format(text))
    code, flags, number, _ = variables(row)
    right = row.stores(code, flags, number)
    rng, size = random.Random(3), 1 << oracle.row.bits

    def holds(given):
        """For all values of the two variables that stand for any code."""
        return all(
            evaluate([right], {**given, "other": c, "nearest": c}) == [1] for c in range(size)
        )

    for x in [*numbers(oracle, rng, 2), Fraction(-1, 9)]:
        if x.denominator & (x.denominator - 1) or abs(x.numerator).bit_length() > 128:
            continue
        want, raised = oracle.codec.store(x, None)
        given = {**number_terms(x), "flags": sum(FLAGS[f] for f in raised)}
        assert holds({**given, "code": want}), (x, hex(want))
        assert not holds({**given, "code": want ^ 1}), x
        assert not holds({**given, "code": want, "flags": given["flags"] ^ 4}), x


@pytest.mark.parametrize("text", MACHINES)
def test_truncating_machines_load_what_the_oracle_loads(text):
    row, oracle = definition(text), for_format(nf.parse_format(text))
    code, loaded = t.var("code", row.wide), variables(row)[2]
    d = row.decode(code)
    terms = [row.flushes(code), row.loads(d.magnitude, loaded.magnitude)]
    for c in range(1 << oracle.row.bits):
        value = oracle.codec.load(c)
        if isinstance(value, Fraction) and value and oracle.decode(c):
            assert evaluate(terms, {**number_terms(value), "code": c}) == [0, 1], hex(c)
            wrong = value * Fraction(9, 8)
            assert evaluate(terms, {**number_terms(wrong), "code": c})[1] == 0, hex(c)
        elif isinstance(oracle.decode(c), Fraction) and oracle.decode(c):
            assert evaluate(terms[:1], {"code": c}) == [1], hex(c)
