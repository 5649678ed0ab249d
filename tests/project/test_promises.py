# SPDX-License-Identifier: BSD-3-Clause
"""Is it enough for a new format or operation to touch what CONTRIBUTING.md lists, and no less?

A copy of the project gets one row of nf_formats.def and one of nf_ops.def, with what the lists say;
it is built for plain C without optimisation, without the network, and asked.  That takes three minutes
of a processor (2-core x86-64, 2026-11-30); `pytest -m "not builds"` leaves it out.
"""

from __future__ import annotations

import filecmp
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "meson.build").exists())
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "build", "site", "__pycache__", ".*_cache", ".hypothesis", "demo-output"
)
# file -> after which line, what
FORMAT = {
    "cbits/include/nf_formats.def": (
        "POSIT(posit16, ALL, 16, 15, 2)\n",
        "POSIT(posit24, SHARED, 24, 23, 2)\n",
    ),
    "CHANGELOG.md": ("### Added\n\n", "- The format posit24.\n"),
}
OPERATION = {
    "cbits/include/nf_ops.def": (
        "NF_OP(rint_ties_away, T_T,   OWN,           RAISES, PLAIN)\n",
        "NF_OP(neg_abs,        T_T,   OWN,           RAISES, PLAIN)\n",
    ),
    "cbits/core/order.h": (
        "/* -1, 0 or 1 rounded into the format; saturating is no event here. */\n",
        (
            "NF_INLINE uint64_t nf_el_neg_abs(const nf_format *f, uint64_t a, nf_env *env)\n"
            "{\n    return nf_el_neg(f, nf_el_abs(f, a, env), env);\n}\n\n"
        ),
    ),
    "cbits/numpy/ufuncs/own_docs.c": (
        "[NF_OP_fmm] = {.whole = fmm_doc},\n",
        '[NF_OP_neg_abs] = {"x", "-abs(x)", "nf.posit16(2)", "-2.0", "A test."},\n',
    ),
    "numformats/oracle/comparison.py": (
        "        return self._sign_result(self.codec.negative(a))\n",
        (
            '\n    def neg_abs(self, a: int) -> int:\n        """-abs(a)."""\n'
            "        return self._sign_result(self.codec.copysign(a, negative=True))\n"
        ),
    ),
    "CHANGELOG.md": ("### Added\n\n", "- The operation neg_abs.\n"),
}
GENERATE = ["docs/generate_tables.py"]
BEFORE = {"/* -1, 0 or 1 rounded into the format; saturating is no event here. */\n"}

pytestmark = pytest.mark.builds


def add(tree, steps):
    """Add the texts of a list of steps to a copy."""
    for file, (at, text) in steps.items():
        old = (tree / file).read_text("utf-8")
        assert old.count(at) == 1, (file, at)
        (tree / file).write_text(old.replace(at, text + at if at in BEFORE else at + text), "utf-8")


def run(command, tree, site=None):
    """The finished process, in a copy; with the package that was built from it."""
    environment = os.environ | {"PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"PYTHONPATH": str(site)} if site else {}
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


def python(copy, *arguments):
    """The finished process of this Python with the built copy."""
    tree, site = copy
    return run([sys.executable, "-P", *arguments], tree, site)


def changed(tree):
    """The files of the copy that are not those of the project."""
    files = (p.relative_to(tree) for p in tree.rglob("*") if p.is_file())
    return {
        str(p) for p in files
        if p.parts[0] != "build" and not {"__pycache__", ".pytest_cache"} & set(p.parts)
        and not filecmp.cmp(tree / p, ROOT / p, shallow=False)
    }  # fmt: skip


def listed(heading):
    """The files and folders that CONTRIBUTING.md lists under a heading."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition(f"## {heading}\n")[2]
    cells = re.findall(r"^\| .* \| (`.*`) \|$", text.partition("\n## ")[0], re.MULTILINE)
    return {path for cell in cells for path in re.findall(r"`([^`]+)`", cell)}


def differences(files, places):
    """The files in no listed place, and the places without a file."""

    def is_in(file, place):
        return file == place or (place.endswith("/") and file.startswith(place))

    return {f for f in files if not any(is_in(f, p) for p in places)} | {
        p for p in places if not any(is_in(f, p) for f in files)
    }


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The folder of the copy with its package: built, its tables written."""
    tree, site = tmp_path_factory.mktemp("copy") / "tree", tmp_path_factory.mktemp("site")
    if importlib.util.find_spec("mesonbuild") is None or importlib.util.find_spec("cffi") is None:
        pytest.skip("meson and cffi build the copy: pip install meson ninja cffi")
    shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
    add(tree, FORMAT)
    add(tree, OPERATION)
    options = [f"-Dpython.{kind}libdir={site}" for kind in ("pure", "plat")]
    options += ["-Dlevels=portable", "-Dbuildtype=plain", "-Doptimization=0"]
    for command in (
        ["meson", "setup", "build", *options],
        ["meson", "compile", "-C", "build"],
        ["meson", "install", "-C", "build", "--no-rebuild"],
    ):
        done = run(command, tree)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    built = tree, site
    stale = python(built, *GENERATE, "--check")
    assert stale.returncode == 1, stale.stderr
    for page in ("_named.pyi", "_ufuncs.pyi", "README.md", "operations.md", "api.md", "formats.md"):
        assert page in stale.stderr, stale.stderr
    written = python(built, *GENERATE)
    assert written.returncode == 0, written.stderr
    return built


def check(copy, script):
    done = python(copy, "-c", script)
    assert done.returncode == 0, done.stderr


def test_the_row_of_a_format_makes_a_format(copy):
    check(copy, """
import itertools, numpy as np, numformats as nf
T = nf.posit24
assert nf.formats()["posit24"] is T is np.zeros(3, T).dtype.type and "posit24" in nf.__all__
assert nf.parse_format("posit24") is T is nf.Posit(24)
oracle = nf.oracle.for_format(T)
codes = [0, 1, 2, 0x123456, 0x3FFFFF, 0x400000, 0x400001, 0x7FFFFF, 0x800000, 0x800001, 0xABCDEF, 0xFFFFFF]
pairs = [*itertools.product(codes, codes)]
a, b = (nf.from_bits(np.array(column, np.uint32), T) for column in zip(*pairs))
for ufunc, name in ((np.add, "add"), (np.multiply, "mul"), (np.divide, "div"), (np.arctan2, "arctan2")):
    with np.errstate(all="ignore"):
        got = nf.to_bits(ufunc(a, b)).tolist()
    assert got == [getattr(oracle, name)(x, y) for x, y in pairs], name
""")  # fmt: skip
    assert "class posit24(" in (copy[0] / "numformats" / "_named.pyi").read_text("utf-8")


def test_the_row_of_an_operation_makes_a_ufunc(copy):
    check(copy, """
import numpy as np, numformats as nf
assert isinstance(nf.neg_abs, np.ufunc) and "neg_abs" in nf.__all__ and ">>>" in nf.neg_abs.__doc__
for T in (nf.posit8, nf.float8_e5m2, nf.float8_e4m3fnuz, nf.takum_linear16, nf.Fixed(8, 4, signed=False)):
    oracle, bits = nf.oracle.for_format(T), T.format.bits
    codes = np.arange(1 << bits).astype(f"u{T.format.storage_bytes}")
    for code in codes.tolist():
        told = []
        with np.errstate(all="call", call=lambda kind, _: told.append(kind)):
            got = int(nf.to_bits(nf.neg_abs(nf.from_bits(np.array([code], codes.dtype), T)))[0])
        assert got == oracle.neg_abs(code), (T, code)
        assert len(told) == len(oracle.last_flags), (T, code)
assert nf.neg_abs(nf.posit24(3)) == -3 and type(nf.neg_abs(2, dtype=nf.posit24)) is nf.posit24
try:
    nf.neg_abs(2.0)
except TypeError:
    pass
else:
    raise AssertionError("a ufunc of formats takes float64")
""")  # fmt: skip
    assert "neg_abs: np.ufunc\n" in (copy[0] / "numformats" / "_ufuncs.pyi").read_text("utf-8")


def own_tests(copy, *names):
    """Run test files of the copy, wherever they are."""
    files = [str(next((copy[0] / "tests").rglob(name.partition("::")[0]))) for name in names]
    chosen = [name.partition("::")[2] for name in names]
    ids = [f + ("::" + c if c else "") for f, c in zip(files, chosen, strict=True)]
    return python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ids)


EXISTS = "test_oracle_rules.py::test_every_operation_of_the_table_exists"


def test_the_copy_passes_its_own_tests_of_the_tables(copy):
    done = own_tests(copy, "test_build_lists.py", "test_names.py", EXISTS)
    assert done.returncode == 0, done.stdout[-3000:]
    assert python(copy, *GENERATE, "--check").returncode == 0


def test_a_missing_step_is_seen(copy):
    file = copy[0] / "numformats" / "oracle" / "comparison.py"
    installed = copy[1] / "numformats" / "oracle" / "comparison.py"
    text = file.read_text("utf-8")
    installed.write_text(text.replace("def neg_abs(", "def other("), "utf-8")
    try:
        done = own_tests(copy, EXISTS)
    finally:
        installed.write_text(text, "utf-8")
    assert done.returncode == 1
    assert "neg_abs" in done.stdout
    stub = copy[0] / "numformats" / "_ufuncs.pyi"
    text = stub.read_text("utf-8")
    stub.write_text(text.replace("neg_abs: np.ufunc\n", ""), "utf-8")
    try:
        assert python(copy, *GENERATE, "--check").returncode == 1
    finally:
        stub.write_text(text, "utf-8")


def test_what_was_touched_is_what_is_listed(copy):
    formats, operation = listed("To add a named format"), listed("To add an operation")
    assert len(formats) > 4 < len(operation)
    files = changed(copy[0])
    assert {*FORMAT, *OPERATION} <= files
    assert differences(files, formats | operation) == set()
    assert differences({f for f in files if f in formats}, formats) == set()
    assert differences(files | {"LICENSE"}, formats | operation) == {"LICENSE"}
    assert differences(files - {"CHANGELOG.md"}, formats | operation) == {"CHANGELOG.md"}
