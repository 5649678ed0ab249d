# SPDX-License-Identifier: BSD-3-Clause
"""Do NumPy's own tables know the formats, and does nothing break where NumPy has other tables?"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import FORMATS

RUNTIME = [nf.Posit(13, es=1), nf.Float(5, 6), nf.Fixed(9, 4), nf.TakumLinear(24)]
ALL = [*nf.formats().values(), *RUNTIME]


@pytest.mark.parametrize("T", ALL, ids=str)
def test_isdtype(T):
    for dtype in (T, T.dtype):
        assert np.isdtype(dtype, "real floating")
        assert np.isdtype(dtype, "numeric")
        assert np.isdtype(dtype, ("bool", "real floating"))
        assert np.isdtype(dtype, T)
        for kind in ("bool", "integral", "signed integer", "unsigned integer", "complex floating"):
            assert not np.isdtype(dtype, kind)
        assert not np.isdtype(dtype, np.float16)
    assert not np.isdtype(np.float16, T)
    assert np.isdtype(np.float64, "real floating")
    assert not np.isdtype(np.int64, "real floating")


def test_isdtype_of_many_formats_in_threads():
    code = (
        "import threading, numpy as np, numformats as nf\n"
        "def make(i):\n"
        "    for bits in range(3, 40):\n"
        "        assert np.isdtype(nf.Fixed(bits, i % 2).dtype, 'numeric')\n"
        "threads = [threading.Thread(target=make, args=(i,)) for i in range(4)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "floats = np._core.sctypes['float']\n"
        "assert len(floats) == len(set(floats))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


NAMES = [n for n in nf.formats() if not n.startswith(("bfloat16", "float8", "float6", "float4"))]


@pytest.mark.parametrize("name", NAMES)
def test_dtype_by_name(name):
    assert np.dtype(name) is nf.formats()[name].dtype
    assert np.zeros(2, name).dtype == nf.formats()[name]


def test_names_of_numpy_and_ml_dtypes_are_theirs():
    code = (
        "import numpy as np\n"
        "before = dict(np.sctypeDict)\n"
        "import numformats as nf\n"
        "for name, T in before.items(): assert np.sctypeDict[name] is T, name\n"
        "for name in ('bfloat16', 'float8_e4m3fn', 'float4_e2m1fn', 'float6_e2m3fn'):\n"
        "    assert name not in np.sctypeDict\n"
        "import ml_dtypes\n"
        "assert np.dtype('bfloat16') == ml_dtypes.bfloat16"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "loss",
    [
        "del np._core._type_aliases.allTypes, np._core._type_aliases.sctypes",
        "np._core._type_aliases.sctypes = {}",
        "np._core._type_aliases.allTypes = ()",
        "sys.modules['numpy._core._type_aliases'] = None",
        "np.sctypeDict = None",
        "del np.sctypeDict",
        "del np.finfo._finfo_cache",
        "import types; np.finfo = types.SimpleNamespace(_finfo_cache={})",
        "sys.modules['numpy.ma.core'] = None",
        "import numpy.ma.core as c; del c.max_filler",
    ],
)
def test_a_numpy_with_other_tables_is_no_error(loss):
    """Formats work; only the one thing that the table is for is as it was without it."""
    code = (
        f"import sys, warnings; import numpy as np, numpy.ma; {loss}\n"
        "warnings.simplefilter('error')\n"
        "import numformats as nf\n"
        "x = np.array([1, 2], nf.posit16) + np.array([1, 2], nf.Posit(13, es=1)).astype(nf.posit16)\n"
        "assert x.tolist() == [2, 4]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("T", ALL, ids=str)
def test_numpys_finfo_is_ours(T):
    ours = nf.finfo(T)
    for given in (T, T.dtype):
        theirs = np.finfo(given)
        assert isinstance(theirs, np.finfo)
        assert theirs.bits == T.format.bits
        assert theirs.dtype == T
        for name in (
            *("eps", "epsneg", "iexp", "machep", "max", "maxexp", "min", "minexp", "negep", "nexp"),
            *("nmant", "precision", "resolution", "smallest_normal", "smallest_subnormal", "tiny"),
        ):
            assert getattr(theirs, name) == getattr(ours, name), name
        assert str(T.dtype) in repr(theirs)
        assert "Machine parameters" in str(theirs)


@pytest.mark.parametrize("first", ["numpy.ma", "numformats", "matplotlib.pyplot"])
def test_np_ma_knows_every_format_whatever_comes_first(first):
    code = (
        f"import {first}, numpy.ma, numpy as np, numformats as nf\n"
        "MORE = nf.P3109(8, 3), nf.P3109(8, 3, signed=False), nf.Float(5, 2, signed=False)\n"
        "MORE += (nf.P3109(8, 3, overflow='saturate_finite'),)\n"
        "from numpy.ma.core import max_filler, min_filler\n"
        "for T in [*nf.formats().values(), nf.Fixed(9, 4), *MORE]:\n"
        "    info = nf.finfo(T)\n"
        "    low, high = type(max_filler[T]), type(min_filler[T])\n"
        "    assert low is T and high is T, (T, low, high)\n"
        "    assert max_filler[T] <= info.lowest and min_filler[T] >= info.maxpos, T\n"
        "    f = T.format\n"
        "    assert np.isposinf(min_filler[T]) == f.has_inf, T\n"
        "    assert np.isneginf(max_filler[T]) == (f.has_inf and f.is_signed), T"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


# ---- np.ma -------------------------------------------------------------------------------------


@pytest.mark.parametrize("T", [*FORMATS, nf.q15, nf.float8_e8m0fnu, nf.float4_e2m1fn], ids=str)
def test_masked_extremes(T):
    values = [0.5, 0.25, 0.125] if T is nf.q15 else [4, 1, 2]
    x = np.ma.array(np.array(values, T), mask=[0, 1, 0])
    assert x.max() == T(max(values[0], values[2]))
    assert x.min() == T(values[2])
    assert (x.argmax(), x.argmin()) == (0, 2)
    with np.errstate(invalid="ignore"):  # np.ma sorts with NaN in the place of masked elements
        assert not T.format.has_nan or np.ma.sort(x)[0] == T(values[2])
    assert np.ma.max(np.ma.array(np.array(values, T), mask=True)) is np.ma.masked


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.float8_e4m3fn, nf.q15], ids=str)
def test_masked_extremes_at_the_ends(T):
    """The filler of a masked element never wins over a number."""
    ends = np.array([nf.finfo(T).lowest, nf.finfo(T).maxpos], T)
    assert np.ma.array(ends, mask=[0, 1]).max() == ends[0]
    assert np.ma.array(ends, mask=[1, 0]).min() == ends[1]


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.posit64], ids=str)
def test_masked_invalid(T):
    x = np.array([3, np.nan, 1], T)
    for made in (np.ma.masked_invalid(x), np.ma.fix_invalid(x), np.ma.masked_where(np.isnan(x), x)):
        assert made.mask.tolist() == [False, True, False]
        assert made.compressed().tolist() == [3, 1]
        assert made.dtype == T
    with np.errstate(invalid="ignore"):  # with infinity there
        assert np.ma.median(np.ma.masked_invalid(x)) == 2
    assert np.ma.unique(np.ma.masked_invalid(x)).compressed().tolist() == [1, 3]


def test_the_name_that_np_ma_gives_to_nothing_reads_as_nan():
    """np.ma fills masked elements of dtypes that it does not know with b"???"."""
    assert np.isnan(nf.posit16(b"???"))
    assert np.isnan(np.array([b"???"]).astype(nf.bfloat16))[0]
    with pytest.warns(RuntimeWarning, match="invalid"):
        assert np.array([b"???"]).astype(nf.q15)[0] == 0
    for text in ("???", b"??", b"????", b"?"):
        with pytest.raises(ValueError, match="could not convert"):
            nf.posit16(text)


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.q15], ids=str)
def test_matplotlib_draws_arrays(T: Any):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    z = (np.arange(16).reshape(4, 4) / 32).astype(T)
    figure, axes = plt.subplots(2, 3)
    image = axes[0, 0].imshow(z)
    assert (float(image.norm.vmin), float(image.norm.vmax)) == (0, 15 / 32)
    axes[0, 1].contourf(z)
    axes[0, 2].hist2d(z[0], z[1])
    axes[1, 0].pcolormesh(z)
    axes[1, 1].scatter(z[0], z[1], c=z[2])
    if T is not nf.q15:  # NumPy divides by the range in the format
        axes[1, 2].hist(z[0])
    with np.errstate(over="ignore"):  # it divides by the range, also the largest element
        figure.canvas.draw()
    plt.close(figure)
