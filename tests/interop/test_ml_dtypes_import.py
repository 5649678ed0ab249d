# SPDX-License-Identifier: BSD-3-Clause
"""Do both packages meet whichever is imported first, and does nothing else about imports change?"""

from __future__ import annotations

import subprocess
import sys

import pytest

FIRST = {
    "ml_dtypes first": "import ml_dtypes, numformats as nf",
    "numformats first": "import numformats as nf; import ml_dtypes",
    "from": "import numformats as nf; from ml_dtypes import bfloat16; import ml_dtypes",
    "submodule": "import numformats as nf; import ml_dtypes._finfo; import ml_dtypes",
    "a format before": "import numformats as nf; nf.Posit(20, es=1); import ml_dtypes",
    "asked for before": """
import importlib.util, sys, numformats as nf
for _ in range(3):
    assert importlib.util.find_spec("ml_dtypes").name == "ml_dtypes"
assert "ml_dtypes" not in sys.modules
import ml_dtypes""",
    "by its loader": """
import importlib.util, sys, numformats as nf
spec = importlib.util.find_spec("ml_dtypes")
ml_dtypes = importlib.util.module_from_spec(spec)
sys.modules["ml_dtypes"] = ml_dtypes
spec.loader.exec_module(ml_dtypes)""",
    "lazily": """
import importlib.util, sys, numformats as nf
spec = importlib.util.find_spec("ml_dtypes")
spec.loader = importlib.util.LazyLoader(spec.loader)
ml_dtypes = importlib.util.module_from_spec(spec)
sys.modules["ml_dtypes"] = ml_dtypes
spec.loader.exec_module(ml_dtypes)
ml_dtypes.bfloat16""",
    "after a failure": """
import sys, tempfile, pathlib, numformats as nf
with tempfile.TemporaryDirectory() as folder:
    sys.path.insert(0, folder)
    pathlib.Path(folder, "ml_dtypes.py").write_text("raise RuntimeError('not today')")
    for _ in range(2):
        try:
            import ml_dtypes
        except RuntimeError as error:
            assert "not today" in str(error)
    sys.path.remove(folder)
import importlib
importlib.invalidate_caches()
import ml_dtypes""",
    "another finder before": """
import sys, numformats as nf
class Other:
    asked = []
    def find_spec(self, name, path=None, target=None):
        self.asked.append(name)
sys.meta_path.insert(0, Other())
sys.meta_path.insert(2, Other())
import ml_dtypes""",
    "threads": """
import threading, numformats as nf
start, wrong = threading.Barrier(8), []
def work(i):
    start.wait()
    try:
        for k in range(4):
            T = nf.Posit(9 + 5 * i + k, es=1)
        import ml_dtypes
        import numpy as np
        assert np.ones(2, ml_dtypes.bfloat16).astype(T).tolist() == [1, 1]
        assert np.ones(2, T).astype(ml_dtypes.int4).astype(int).tolist() == [1, 1]
    except BaseException as error:
        wrong.append(error)
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
assert not wrong, wrong
import ml_dtypes""",
    "both at once": """
import threading
start = threading.Barrier(2)
def work(name):
    start.wait()
    __import__(name)
threads = [threading.Thread(target=work, args=(n,)) for n in ("numformats", "ml_dtypes")]
[t.start() for t in threads]; [t.join() for t in threads]
import ml_dtypes, numformats as nf""",
    "and again": """
import importlib, numformats as nf
import ml_dtypes
importlib.reload(ml_dtypes)
importlib.reload(nf)""",
}

MEET = """
import sys, importlib, importlib.machinery, numpy as np
assert not [f for f in sys.meta_path if type(f).__module__.startswith("numformats")]
for holder in (ml_dtypes.__loader__, ml_dtypes.__spec__.loader):
    assert isinstance(holder, importlib.machinery.SourceFileLoader), holder
late = nf.Posit(22, es=1)
names = [n for n in nf.formats() if hasattr(ml_dtypes, n)]
assert len(names) == (13 if hasattr(ml_dtypes, "float8_e5m3fnu") else 12)
for name in names:
    M, F = getattr(ml_dtypes, name), getattr(nf, name)
    codes = np.arange(2**F.format.bits).astype(f"u{np.dtype(M).itemsize}")
    m, f = codes.view(M), nf.from_bits(codes, F)
    with np.errstate(all="ignore"):
        for T in (nf.posit16, late, nf.Posit(20, es=1), nf.q15):
            assert np.array_equal(nf.to_bits(m.astype(T)), nf.to_bits(f.astype(T)))
            back = nf.from_bits(m.astype(T).astype(M).view(codes.dtype), F)
            want = f.astype(T).astype(F)
            assert ((back == want) | (np.isnan(back) & np.isnan(want))).all()
    for a, b in ((m, f), (f, m)):
        assert np.result_type(a, b) == np.maximum(a, b).dtype == F
        assert ((a == b) | np.isnan(f)).all()
for a in (ml_dtypes.bfloat16, ml_dtypes.int4, ml_dtypes.float8_e5m2):
    for T in (*nf.formats().values(), late):
        said = []
        for pair in ((a, T), (T, a)):
            try:
                said.append(np.result_type(*pair))
            except TypeError as error:
                said.append(type(error))
        assert said[0] == said[1], (a, T, said)
print(np.result_type(ml_dtypes.bfloat16, nf.float8_e4m3fn).type.__module__, "ok")
"""


def run(script):
    return subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_every_order_of_imports(first):
    done = run(first + MEET)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ml_dtypes ok\n"


def test_numformats_imports_no_ml_dtypes():
    script = """
import sys, numformats as nf, numpy as np
nf.fsum(np.ones(3, nf.posit16)); nf.quantize([1.5], nf.bfloat16)
assert "ml_dtypes" not in sys.modules
print("ok")"""
    assert run(script).stdout == "ok\n"


@pytest.mark.parametrize(
    "absent",
    [
        "sys.modules['ml_dtypes'] = None",
        "sys.meta_path.insert(0, type('F', (), {'find_spec': staticmethod(refuse)}))",
    ],
)
def test_a_machine_without_ml_dtypes(absent):
    script = f"""
import sys
def refuse(name, path=None, target=None):
    if name == "ml_dtypes":
        raise ModuleNotFoundError("none here", name=name)
{absent}
import numformats as nf, numpy as np
for _ in range(2):
    try:
        import ml_dtypes
    except ImportError:
        print("ok")
assert nf.fsum(np.ones(3, nf.posit16)) == 3"""
    done = run(script)
    assert done.stdout == "ok\nok\n", done.stderr


def test_a_module_of_that_name_that_is_another_one():
    script = """
import sys, types
fake = types.ModuleType("ml_dtypes")
fake.bfloat16, fake.int4, fake.float8_e5m2 = "x", float, type("T", (), {})
sys.modules["ml_dtypes"] = fake
import numformats as nf
print(nf.posit16(1))"""
    done = run(script)
    assert done.stdout == "1.0\n", done.stderr


def test_a_dtype_that_cannot_be_adopted_breaks_nobodys_import():
    """A warning of its own that names the way out; ml_dtypes itself is imported."""
    script = """
import sys, types, warnings, numpy as np
fake = types.ModuleType("ml_dtypes")
fake.bfloat16 = np.float16  # NumPy's, and so no dtype of another package
sys.modules["ml_dtypes"] = fake
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    import numformats as nf
print(len(seen), seen[0].category.__name__, seen[0].message)"""
    done = run(script)
    assert done.stdout.startswith("1 RuntimeWarning not all casts"), done.stderr
    assert "nf.from_bits" in done.stdout


def test_casts_that_were_tried_too_early_are_named_and_the_rest_is_there():
    script = """
import sys, warnings, numpy as np
import numformats as nf
sys.meta_path[:] = [f for f in sys.meta_path if type(f).__module__ != "numformats._ml_dtypes"]
import ml_dtypes
early = [(ml_dtypes.bfloat16, nf.posit16), (nf.posit32, ml_dtypes.bfloat16), (nf.q31, ml_dtypes.int4)]
for a, b in early:
    try:
        np.zeros(1, a).astype(b)
    except TypeError:
        print("missing")
from numformats import _ml_dtypes
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    _ml_dtypes.adopt(ml_dtypes)
    _ml_dtypes.adopt(ml_dtypes)
print(seen[0].message)
print(len(seen))
refused = []
for name in ("bfloat16", "float8_e4m3fn", "int4", "float4_e2m1fn"):
    M = getattr(ml_dtypes, name)
    for T in (*nf.formats().values(), nf.Posit(22, es=1)):
        for a, b in ((M, T), (T, M)):
            with np.errstate(all="ignore"):
                try:
                    np.ones(1, a).astype(b)
                except TypeError:
                    refused.append((a, b))
assert sorted(map(str, refused)) == sorted(map(str, early)), refused
a = np.ones(2, ml_dtypes.bfloat16)
assert nf.from_bits(a.view(np.uint16), nf.bfloat16).astype(nf.posit16).tolist() == [1, 1]
print("ok")"""
    done = run(script)
    lines = done.stdout.splitlines()
    assert lines[:3] == ["missing"] * 3, done.stderr
    for pair in ("bfloat16 -> posit16", "posit32 -> bfloat16", "q31 -> int4"):
        assert pair in lines[3]
    assert lines[4:] == ["1", "ok"], done.stderr
