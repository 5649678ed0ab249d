# SPDX-License-Identifier: BSD-3-Clause
"""Does every format have one class, one text, one repr; is every impossible one refused?"""

import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from core_tables import FORMATS
from numformats import _native, _rules
from numformats.number_format import Format
from numformats.parse import as_format

NAMED = list(nf.formats().items())
PARAMETRIC = [
    nf.Posit(2, 0), nf.Posit(3), nf.Posit(24, es=1), nf.Posit(64, es=5),
    nf.BPosit(24), nf.BPosit(8, rs=4, es=0), nf.BPosit(64, rs=40, es=3), nf.BPosit(9),
    nf.TakumLinear(8), nf.TakumLinear(11), nf.TakumLinear(61),
    nf.Float(2, 1), nf.Float(15, 48), nf.Float(6, 9, bias=-7, rounding="to_odd"),
    nf.Float(4, 3, inf="top", nan="none"), nf.Float(4, 3, inf="none", nan="none"),
    nf.Float(5, 3, signed=False, subnormals=False), nf.Float(3, 2, rounding="stochastic"),
    nf.Float(1, 6, inf="none", nan="negative_zero", overflow="saturate"),
    nf.P3109(3, 1), nf.P3109(8, 1, signed=False, extended=False), nf.P3109(18, 10),
    nf.TruncatedFloat(5, 10, 0, ftz=False, daz=False, truncate="align"), nf.TruncatedFloat(11, 52),
    nf.Fixed(2, 128), nf.Fixed(64, -64, signed=False, rounding="to_odd", overflow="wrap"),
]  # fmt: skip
ALL = [T for _, T in NAMED] + PARAMETRIC


@pytest.mark.parametrize("T", ALL, ids=lambda T: str(T.format))
def test_text_repr_and_bytes_lead_back_to_the_same_class(T):
    f = T.format
    assert nf.parse_format(str(f)) is T
    assert eval(repr(f), {name: getattr(nf, name) for name in nf.__all__}) is T  # noqa: S307
    assert as_format(T) == as_format(T.dtype) == as_format(T.from_bits(1)) == as_format(str(f)) == f
    assert as_format(np.zeros(2, T.dtype)) == f
    assert f.type is T
    assert f.dtype == T.dtype == np.dtype(T)
    assert T.from_bits(1).format == f
    assert hash(pickle.loads(pickle.dumps(f))) == hash(f)
    assert pickle.loads(pickle.dumps(f)) == f
    assert T.dtype.itemsize == f.storage_bytes
    assert _native.lib.nf_format_check(_native.row(f)) == _native.lib.NF_OK


@pytest.mark.parametrize(("name", "T"), NAMED)
def test_named_formats(name, T):
    assert getattr(nf, name) is T
    assert nf.parse_format(name) is nf.parse_format(f" {name} ") is T
    assert T.format.name == T.__name__ == name
    assert name in nf.__all__


def test_types_name_the_same_formats():
    stub = Path(_native.__file__).with_name("_named.pyi").read_text("utf-8")
    assert re.findall(r"^class (\w+)\(", stub, re.MULTILINE) == [name for name, _ in NAMED]
    assert [name for name, _ in NAMED] == FORMATS
    assert len(FORMATS) == _native.lib.nf_named_count


def test_formats_gives_a_fresh_dict():
    nf.formats().clear()
    assert nf.formats()["q7"] is nf.q7


def test_parametric_formats_have_no_name():
    assert nf.Posit(24).format.name is None
    assert nf.Posit(24).__name__ == "posit<24,es=2>"


def test_words_are_in_the_order_of_the_core():
    lib = _native.lib
    for prefix, words in {
        "NF_": _rules.FAMILIES,
        "NF_INF_": _rules.INFS,
        "NF_NAN_": _rules.NANS,
        "NF_OVERFLOW_": _rules.OVERFLOWS,
        "NF_CUT_": _rules.CUTS,
    }.items():
        assert [getattr(lib, prefix + word.upper()) for word in words] == [*range(len(words))]
    rounding = [getattr(lib, "NF_" + word.upper()) for word in _rules.ROUNDINGS]
    assert rounding == [*range(len(rounding))]


@pytest.mark.parametrize(
    ("text", "T"),
    [
        ("posit<32>", nf.posit32),
        ("bposit<16>", nf.bposit16),
        ("bposit<32, es=5, rs=6>", nf.bposit32),
        ("bposit<16,rs=60,es=2>", nf.posit16),
        ("bposit<8,rs=7,es=2>", nf.posit8),
        ("takum_linear<8>", nf.takum_linear8),
        ("float<exp=8,man=7>", nf.bfloat16),
        ("float<man=7,exp=8,overflow=inf,signed_zero=true>", nf.bfloat16),
        ("float<exp=4,man=3,inf=none,nan=all_ones,overflow=nan>", nf.float8_e4m3fn),
        ("float<exp=4,man=3,inf=none,nan=all_ones>", nf.float8_e4m3fn),
        ("truncated<exp=8,man=23,compute_man=20>", nf.mlu32),
        ("truncated<exp=8,man=23,compute_man=20,truncate=result,ftz=true>", nf.mlu32),
        ("fixed<16,frac=15>", nf.q15),
        (" fixed < bits=16 , frac = 15 > ", nf.q15),
    ],
)
def test_other_spellings(text, T):
    assert nf.parse_format(text) is T


def test_canonical_texts():
    texts = {
        nf.posit32: "posit<32,es=2>",
        nf.bposit32: "bposit<32,rs=6,es=5>",
        nf.takum_linear32: "takum_linear<32>",
        nf.binary16: "float<exp=5,man=10>",
        nf.float8_e4m3fn: "float<exp=4,man=3,inf=none,nan=all_ones,overflow=nan>",
        nf.float8_e5m3fnu: "float<exp=5,man=3,signed=false,inf=none,nan=all_ones,overflow=nan>",
        nf.float8_e8m0fnu: "float<exp=8,man=0,signed=false,zero=false,subnormals=false,inf=none,"
        "nan=all_ones,rounding=nearest_away,overflow=nan>",
        nf.mlu32: "truncated<exp=8,man=23,compute_man=20>",
        nf.Fixed(16, 8): "fixed<16,frac=8>",
    }
    assert {T: str(T.format) for T in texts} == texts
    assert repr(nf.posit32.format) == "Posit(32, es=2)"
    assert repr(nf.bposit32.format) == "BPosit(32, rs=6, es=5)"


def test_numpy_integers_and_bools_are_accepted():
    assert nf.Posit(np.int8(32), es=np.uint64(2)) is nf.posit32
    assert nf.Fixed(np.int64(16), np.int16(15), signed=np.True_) is nf.q15
    f = nf.Float(np.int8(4), 3, subnormals=np.False_, bias=np.int32(5)).format
    assert type(f.bias) is int
    assert f.subnormals is False


def test_factories_choose_defaults():
    assert nf.Float(4, 3).format.overflow == "inf"
    assert nf.Float(4, 3, inf="none", nan="all_ones").format.overflow == "nan"
    assert nf.Float(4, 3, inf="none", nan="none").format.overflow == "saturate"
    assert nf.Float(4, 3, inf="none", nan="negative_zero").format.signed_zero is False
    assert nf.Float(4, 3, signed=False).format.signed_zero is False
    assert nf.Float(1, 3, inf="none", nan="none").format.bias == 1
    assert nf.Posit(2).format == Format("posit", 2, rs=1, es=2)


@pytest.mark.parametrize(
    ("T", "exp", "bias", "inf", "nan", "overflow"),
    [
        (nf.P3109(8, 3), 5, 16, "top", "negative_zero", "inf"),
        (nf.P3109(8, 3, extended=False), 5, 16, "none", "negative_zero", "saturate"),
        (nf.P3109(8, 1, signed=False, extended=False), 8, 128, "none", "all_ones", "saturate"),
        (nf.P3109(8, 3, signed=False), 6, 32, "top", "all_ones", "inf"),
    ],
)
def test_p3109_parameters(T, exp, bias, inf, nan, overflow):
    f = T.format
    assert (f.exp, f.bias, f.inf, f.nan, f.overflow) == (exp, bias, inf, nan, overflow)


def test_threads_get_one_class():
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: nf.Posit(29, es=3), range(64)))
    assert len(set(made)) == 1


def test_format_is_frozen():
    with pytest.raises(AttributeError):
        nf.posit32.format.bits = 16


@pytest.mark.parametrize("T", [nf.posit16, nf.Posit(23, es=1), nf.Fixed(9, 3)])
def test_pickles_make_the_format_in_a_new_process(T):
    data = pickle.dumps((T.dtype, T(0.5), np.array([1, 0.5], T)))
    code = (
        "import pickle, sys; d, s, a = pickle.loads(sys.stdin.buffer.read()); "
        "print(d.type.format, s.bits, [x.bits for x in a])"
    )
    run = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    expected = f"{T.format} {T(0.5).bits} {[T(1).bits, T(0.5).bits]}"
    assert run.stdout.decode().strip() == expected


def test_an_unknown_level_is_an_import_error():
    code = "import numformats"
    env = {"NUMFORMATS_LEVEL": "abacus"}
    import os

    run = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | env, capture_output=True, check=False
    )
    assert run.returncode != 0
    assert b"abacus" in run.stderr or b"NUMFORMATS_LEVEL" in run.stderr


def test_build_info():
    info = nf.build_info()
    assert info["version"] == nf.__version__
    assert info["numpy"] == np.__version__
    levels, runnable = info["levels"].split(), info["runnable"].split()
    assert info["level"] in runnable
    assert set(runnable) <= set(levels)
    assert levels[-1] == runnable[-1] == "portable"


def test_unknown_attributes():
    with pytest.raises(AttributeError, match="posit33"):
        _ = nf.posit33
    assert set(nf.__all__) <= set(dir(nf))
    assert all(getattr(nf, name) is not None for name in nf.__all__)


def test_classes_made_by_promotion_know_their_format():
    mixed = np.ones(2, nf.Fixed(11, 3)) + np.ones(2, nf.Fixed(9, 6))
    assert mixed.dtype.type.format == Format("fixed", 14, frac=6)
    assert nf.Fixed(14, 6) is mixed.dtype.type
