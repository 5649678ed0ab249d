# SPDX-License-Identifier: BSD-3-Clause
"""Is everything public named, and only that; and what does a name that is not there suggest?"""

from __future__ import annotations

import importlib
import subprocess
import sys
import types

import numpy as np
import pytest

import numformats as nf

MEANT = {
    "posit23": "nf.Posit(23) makes it",
    "posit": "nf.Posit or nf.posit8",
    "Posit23": "nf.Posit(23) makes it",
    "posit_16": "did you mean nf.posit16",
    "bposit23": "nf.BPosit(23) makes it",
    "takum": "nf.TakumLinear",
    "takum16": "did you mean nf.takum_linear16",
    "takum23": "nf.TakumLinear(23) makes it",
    "q8": "nf.Fixed(9, 8) makes it",
    "q63": "nf.Fixed(64, 63) makes it",
    "int16": "nf.Fixed(16, 0) makes it",
    "float32": "did you mean nf.binary32",
    "half": "did you mean nf.binary16",
    "bf16": "did you mean nf.bfloat16",
    "float8_e4m4": "nf.Float(4, 4) makes it",
    "fp8_e4m3": "nf.float8_e4m3",
    "float8": "nf.float8_e3m4",
    "quantise": "did you mean nf.quantize",
    "Quires": "did you mean nf.Quire",
    "fixed": "nf.Fixed",
    "posits": "nf.Posit",
}


@pytest.mark.parametrize(("name", "meant"), MEANT.items())
def test_a_wrong_name_suggests_what_exists(name, meant):
    with pytest.raises(AttributeError) as error:
        getattr(nf, name)
    text = str(error.value)
    assert text.startswith(f"module 'numformats' has no attribute {name!r}")
    assert meant in text


@pytest.mark.parametrize(
    "name", ["posit65", "posit1", "q64", "takum4", "zzzzzz", "posit99999999999"]
)
def test_nothing_impossible_is_suggested(name):
    with pytest.raises(AttributeError) as error:
        getattr(nf, name)
    assert "makes it" not in str(error.value)


def test_what_is_suggested_exists():
    for text in {m.split(" makes")[0] for m in MEANT.values() if m.endswith("makes it")}:
        assert issubclass(eval(text, {"nf": nf}), np.number)  # noqa: S307
    assert not hasattr(nf, "_nothing")


def test_dir_has_only_what_is_public():
    names = [name for name in dir(nf) if not name.startswith("__")]
    assert sorted(names) == sorted(nf.__all__)
    assert "__version__" in dir(nf)
    assert len(nf.__all__) == len(set(nf.__all__))


def test_all_is_complete():
    """Every class and function of this package that the module holds without an underscore."""
    held = {
        name
        for name, value in vars(nf).items()
        if not name.startswith("_")
        and not isinstance(value, types.ModuleType)
        and (getattr(value, "__module__", "") or "numformats").startswith("numformats")
        and name not in {"Any", "TYPE_CHECKING", "annotations"}
    }
    assert held <= set(nf.__all__)
    for name in nf.__all__:
        assert getattr(nf, name) is not None


def test_star_import_takes_no_module_but_those_named():
    script = "from numformats import *; import types; print(sorted(k for k, v in globals().items() if isinstance(v, types.ModuleType) and k != 'types' and k[0] != '_'))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "['accelerator', 'analysis', 'arena', 'autodiff', 'blocks', 'hardware', 'linalg', 'oracle',"
        " 'quantization', 'training']\n"
    )


def test_submodules_can_still_be_imported():
    assert importlib.import_module("numformats.errors").FormatError is nf.FormatError


FAMILIES = [
    "compensation", "discrete", "distillation", "geometric", "mixed_precision", "monitor", "quantized",
    "spiking", "units", "versions",
]  # fmt: skip


def test_families_of_training_are_imported_when_they_are_asked_for():
    script = (
        "import sys, numformats.training as t; before = {n for n in sys.modules if n.count('.') == 2};"
        "print(sorted(t._FAMILIES & {n.split('.')[2] for n in before}), sorted(t._FAMILIES),"
        "all(getattr(t, n).__name__ == f'numformats.training.{n}' for n in t._FAMILIES))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"[] {FAMILIES} True\n"
