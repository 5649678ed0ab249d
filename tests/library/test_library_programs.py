# SPDX-License-Identifier: BSD-3-Clause
"""Do the examples in C and C++ compile by every compiler and build system here, and print what is right?"""

import os
import shutil
from pathlib import Path

import pytest

import numformats as nf
from c_library import EXAMPLES, compiler, run

STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")
THREADS = ("-pthread", "-D_POSIX_C_SOURCE=200809L")


def built(path, words, *options, kind="static"):
    """The program of an example."""
    library = Path(nf.get_library(kind))
    how = (
        [library, "-lm"]
        if kind == "static"
        else [f"-L{library.parent}", "-lnumformats", f"-Wl,-rpath,{library.parent}"]
    )
    program = path / "program"
    run(*words, f"-I{nf.get_include()}", *options, "-o", program, *how)
    return program


def expected_sums(T):
    """What docs/examples/library/sums.c computes, by NumPy."""
    values = [T(1 / (i + 1)) for i in range(1000)]
    total = T(0)
    for i, x in enumerate(values):
        total = total + x * T(-1 if i % 2 else 1)
    exact = nf.fsum([-x if i % 2 else x for i, x in enumerate(values)], dtype=T)
    return total, exact


@pytest.mark.parametrize("kind", ["static", "shared"])
@pytest.mark.parametrize("standard", ["c99", "c11"])
@pytest.mark.parametrize("name", ["gcc", "clang"])
def test_c(name, standard, kind, tmp_path):
    program = built(
        tmp_path, [compiler(name), f"-std={standard}", *STRICT], EXAMPLES / "sums.c", kind=kind
    )
    total, exact = expected_sums(nf.posit16)
    lines = run(program).splitlines()
    assert lines[0] == f"step by step {total} (code {total.bits:x})"
    assert lines[1] == f"exact        {exact} (code {exact.bits:x})"
    assert lines[3] == "flags"
    total, exact = expected_sums(nf.BPosit(24))
    assert run(program, "bposit<24,rs=6,es=5>", "sequential").splitlines()[2].split()[1] == str(
        total
    )


def test_c_says_what_is_wrong(tmp_path):
    program = built(tmp_path, [compiler("gcc"), "-std=c11"], EXAMPLES / "sums.c")
    with pytest.raises(AssertionError, match="es=9: must be an integer in 0..5"):
        run(program, "posit<16,es=9>")
    with pytest.raises(AssertionError, match="allowed: exact, sequential"):
        run(program, "posit16", "kahan(2)")


@pytest.mark.parametrize("standard", ["c++11", "c++17", "c++20"])
@pytest.mark.parametrize("name", ["g++", "clang++"])
def test_cplusplus(name, standard, tmp_path):
    program = built(
        tmp_path, [compiler(name), f"-std={standard}", *STRICT], EXAMPLES / "number.cpp"
    )
    x = nf.bposit32(0.1)
    assert run(program) == f"{x * 3 + x}\n"
    y = nf.posit8(0.1)
    assert run(program, "posit8") == f"{y * 3 + y}\n"


@pytest.mark.parametrize("options", [(), ("-fsanitize=thread", "-g")], ids=["plain", "tsan"])
def test_threads(options, tmp_path):
    """The sanitizer sees the program and all that it calls of the C library; the core has no state."""
    program = built(
        tmp_path,
        [compiler("gcc"), "-std=c11", *THREADS],
        EXAMPLES / "threads.c",
        *options,
        kind="shared",
    )
    assert run(program).startswith("same results in both threads")


def test_a_program_may_have_functions_of_the_cores_names(tmp_path):
    """The core's own names are local in the static library: nf_decode is one of them."""
    source = tmp_path / "own.c"
    source.write_text(
        "#include <numformats.h>\n#include <stdio.h>\n"
        "int nf_decode(int x) { return x + 1; }\n"
        "int main(void) { nf_format f; nf_unpacked u;\n"
        'if (nf_format_parse("posit8", &f, NULL) || nf_to_parts(&f, 0x40, &u)) return 2;\n'
        'printf("%d %d\\n", nf_decode(1), (int)u.exp); return 0; }\n'
    )
    assert run(built(tmp_path, [compiler("gcc"), "-std=c99"], source)) == "2 0\n"


def test_pkg_config(tmp_path):
    folder = Path(nf.get_library()).parent / "pkgconfig"
    environment = os.environ | {"PKG_CONFIG_PATH": str(folder)}
    asked = [compiler("pkg-config"), "--cflags", "--libs", "numformats"]
    flags = run(*asked, env=environment).split()
    program = tmp_path / "sums"
    run(compiler("gcc"), EXAMPLES / "sums.c", "-o", program, *flags, f"-Wl,-rpath,{folder.parent}")
    assert run(program).startswith("step by step")
    assert run(asked[0], "--modversion", "numformats", env=environment).strip() == nf.__version__


def test_cmake(tmp_path):
    cmake = compiler("cmake")
    compiler("g++")
    source = shutil.copytree(EXAMPLES, tmp_path / "source")
    prefix = Path(nf.get_library()).parents[1]
    run(cmake, "-S", source, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    run(cmake, "--build", tmp_path / "build")
    assert run(tmp_path / "build" / "sums").startswith("step by step")
    assert (
        run(tmp_path / "build" / "number", "posit8") == f"{nf.posit8(0.1) * 3 + nf.posit8(0.1)}\n"
    )
    (source / "CMakeLists.txt").write_text(
        (source / "CMakeLists.txt").read_text().replace("0.1 REQUIRED", "7.0 REQUIRED")
    )
    with pytest.raises(AssertionError, match="version"):
        run(cmake, "-S", source, "-B", tmp_path / "other", f"-DCMAKE_PREFIX_PATH={prefix}")
