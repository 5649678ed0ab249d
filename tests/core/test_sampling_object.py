# SPDX-License-Identifier: BSD-3-Clause
"""Is there no floating-point instruction in what draws at random?"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

CBITS = Path(__file__).parents[2] / "cbits"
SOURCES = ("core/random.c", "core/sampling.c", "core/sampling_units.c")
COMPILER = next((c for c in ("gcc", "clang", "cc") if shutil.which(c)), None)
# x86: scalar and packed arithmetic, conversions and comparisons of floats, the x87; ARM: f... of
# the d, s, v and q registers, and conversions.  Moves of vectors are no arithmetic.
FLOATS = re.compile(
    r"^v?(add|sub|mul|div|sqrt|min|max|cmp\w*|u?comi|round|rcp|rsqrt|hadd|fn?m(add|sub)\w*)(ss|sd|ps|pd)$"
    r"|^v?cvt\w+$"
    r"|^f(ld|st|add|sub|mul|div|i(?:ld|st)|com|ucom|sqrt|abs|chs|rndint)\w*$"
    r"|^(f(madd|msub|cvt\w*|cmp\w*|neg|nmul|max\w*|min\w*|mla|mls)|[su]cvtf)$"
)

pytestmark = [
    pytest.mark.skipif(
        COMPILER is None, reason="no C compiler, so that there is nothing to look at"
    ),
    pytest.mark.skipif(
        shutil.which("objdump") is None, reason="no objdump to take the object apart"
    ),
]


def compiled(source, out, *flags):
    return subprocess.run(
        [
            COMPILER,
            "-std=c11",
            "-O3",
            *flags,
            f"-I{CBITS / 'include'}",
            f"-I{CBITS}",
            "-c",
            source,
            "-o",
            out,
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def mnemonics(path):
    """The names of all instructions."""
    text = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", path], capture_output=True, text=True, check=True
    ).stdout
    return re.findall(
        r"^\s*[0-9a-f]+:\s+(?:(?:rep\w*|lock|bnd|notrack|data16)\s+)*(\S+)", text, re.MULTILINE
    )


def floats_of(source, tmp_path, *flags):
    """The floating-point instructions of a source's object, and how many there are in all."""
    out = tmp_path / "object.o"
    done = compiled(source, out, *flags)
    assert done.returncode == 0, done.stderr
    found = mnemonics(out)
    return sorted({m for m in found if FLOATS.match(m)}), len(found)


@pytest.mark.parametrize("source", SOURCES)
def test_no_float_instruction(source, tmp_path):
    """Even where the compiler may use all registers."""
    found, count = floats_of(CBITS / source, tmp_path)
    assert found == []
    assert count > 50


@pytest.mark.parametrize("source", SOURCES)
def test_it_compiles_without_registers_for_floats(source, tmp_path):
    """As the build has it: the compiler refuses a float then."""
    probe = tmp_path / "probe.c"
    probe.write_text("int probe;\n")
    if compiled(probe, tmp_path / "probe.o", "-mgeneral-regs-only").returncode:
        pytest.skip(f"{COMPILER} knows no -mgeneral-regs-only")
    done = compiled(
        CBITS / source, tmp_path / "object.o", "-mgeneral-regs-only", "-Wall", "-Werror"
    )
    assert done.returncode == 0, done.stderr


def test_the_build_gives_them_no_such_registers():
    text = (CBITS / "meson.build").read_text()
    (library,) = re.findall(r"nf_integers = static_library\((.*?)\n\n", text, re.DOTALL)
    assert "'-mgeneral-regs-only'" in library
    for source in SOURCES:
        assert f"'{source}'" in library
        assert text.count(f"'{source}'") == 1


PLANTED = {
    "a product of doubles": (
        "(uint64_t)(product >> 64)",
        "(uint64_t)((double)(product >> 64) * 1.25)",
    ),
    "a comparison of floats": ("return (uint64_t)(product >> 64)", "return (float)product > 1.5f"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_float_is_found(name, tmp_path):
    before, after = PLANTED[name]
    root = tmp_path / "cbits"
    shutil.copytree(CBITS / "core", root / "core")
    header = root / "core" / "draws.h"
    text = header.read_text()
    assert text.count(before) == 1
    header.write_text(text.replace(before, after))
    found, _ = floats_of(root / "core" / "sampling.c", tmp_path)
    assert found
    refused = compiled(root / "core" / "sampling.c", tmp_path / "object.o", "-mgeneral-regs-only")
    assert refused.returncode != 0


def test_the_names_of_instructions_are_told_apart():
    for name in ("addss", "vmulsd", "cvtsi2sd", "vcvttsd2usi", "fld", "fmulp", "divps", "ucomisd", "fmadd", "scvtf",
                 "fcvtzu", "vfmadd213sd"):  # fmt: skip
        assert FLOATS.match(name), name
    for name in (
        "add",
        "mul",
        "movaps",
        "movups",
        "pxor",
        "paddq",
        "mulx",
        "imul",
        "div",
        "cmp",
        "sub",
        "movsd",
    ):
        assert not FLOATS.match(name), name
