# SPDX-License-Identifier: BSD-3-Clause
"""Do JAX, PyTorch and DLPack take arrays of formats as docs/how-to/ml-frameworks.md says?"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from numformats import _dlpack

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "ml-frameworks.md"
SCRIPT = re.compile(
    r"^```python\n# (\w+)\.py\n(.*?)^```\n\n```text\n(.*?)^```", re.MULTILINE | re.DOTALL
)
SCRIPTS = {name: (block, said) for name, block, said in SCRIPT.findall(PAGE.read_text("utf-8"))}
EXPORTED = list(_dlpack._CODES)
by_dlpack = pytest.mark.skipif(
    not hasattr(np.dtypes, "register_dlpack_dtype"),
    reason="NumPy before 2.5 has no DLPack for dtypes like these",
)


@pytest.mark.parametrize("name", ["with_jax", "with_torch", "with_dlpack"])
def test_scripts_of_the_page(name):
    block, expected = SCRIPTS[name]
    for package in ("jax", "torch"):
        if f"import {package}" in block and importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed; it is too large for the test extra")
    if name == "with_dlpack" and not hasattr(np.dtypes, "register_dlpack_dtype"):
        pytest.skip("NumPy before 2.5 has no DLPack for dtypes like these")
    done = subprocess.run(
        [sys.executable, "-P", "-c", block], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == expected


def test_the_page_has_no_other_script():
    assert sorted(SCRIPTS) == ["with_dlpack", "with_jax", "with_torch"]
    assert PAGE.read_text("utf-8").count("```python") == len(SCRIPTS)


@by_dlpack
@pytest.mark.parametrize("name", EXPORTED)
def test_dlpack_round_trip(name):
    T = nf.formats()[name]
    bits = T.format.bits
    x = nf.from_bits(np.arange(1 << bits).astype(f"u{bits // 8}"), T)
    back = np.from_dlpack(x)
    assert back.dtype == T
    assert np.shares_memory(back, x)
    assert np.array_equal(nf.to_bits(back), nf.to_bits(x))
    assert np.from_dlpack(x[::3]).tolist()[:2] == x[::3].tolist()[:2]


@by_dlpack
@pytest.mark.parametrize(
    "T", [nf.posit16, nf.q15, nf.float4_e2m1fn, nf.float6_e2m3fn, nf.Posit(24, es=1)]
)
def test_what_dlpack_has_no_code_for(T):
    with pytest.raises(BufferError):
        np.zeros(2, T).__dlpack__()


@by_dlpack
@pytest.mark.parametrize("name", EXPORTED)
def test_the_codes_are_those_of_other_libraries(name):
    """The same numbers arrive, so that the code in the capsule is the right one."""
    numbers = np.array([1, 2, 0.5, 4], nf.formats()[name])
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed; it is too large for the test extra")
    import jax.numpy as jnp

    there = jnp.from_dlpack(numbers)
    assert there.dtype == name
    assert there.astype(jnp.float32).tolist() == [1, 2, 0.5, 4]
    assert np.from_dlpack(there).dtype == numbers.dtype
