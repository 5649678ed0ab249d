# SPDX-License-Identifier: BSD-3-Clause
"""Does `meson install` put libnumformats where pkg-config and CMake find it, also when it is moved?"""

import os
import shutil
from pathlib import Path

import pytest

from c_library import EXAMPLES, compiler, run

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Installed, then moved; quick to build: one level, hardly optimised."""
    meson, ninja = compiler("meson"), compiler("ninja")
    folder = tmp_path_factory.mktemp("install")
    build, first, moved = folder / "build", folder / "first", folder / "moved"
    options = ["-Dpython_modules=false", "-Dlevels=portable", "-Doptimization=0", "-Dlibdir=lib"]
    run(meson, "setup", build, ROOT, *options, f"--prefix={first}")
    run(ninja, "-C", build)
    run(meson, "install", "-C", build, "--no-rebuild")
    shutil.move(first, moved)
    return moved


def test_the_files_of_the_prefix(prefix):
    headers = {p.name for p in (prefix / "include").iterdir()}
    assert headers == {"numformats.h", "numformats_dpi.h", "numformats_pkg.sv"}
    lib = prefix / "lib"
    assert {p.name for p in lib.iterdir() if p.is_file() and not p.is_symlink()} == {
        "libnumformats.a", "libnumformats.so.0.1.0",
    }  # fmt: skip
    assert (lib / "libnumformats.so").resolve().name == "libnumformats.so.0.1.0"


def test_pkg_config_finds_the_moved_library(prefix, tmp_path):
    environment = os.environ | {"PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")}
    flags = run(compiler("pkg-config"), "--cflags", "--libs", "numformats", env=environment).split()
    program = tmp_path / "sums"
    rpath = f"-Wl,-rpath,{prefix / 'lib'}"
    run(compiler("gcc"), EXAMPLES / "sums.c", "-o", program, *flags, rpath)
    assert run(program).startswith("step by step 0.6914")


def test_cmake_finds_the_moved_library(prefix, tmp_path):
    cmake = compiler("cmake")
    run(cmake, "-S", EXAMPLES, "-B", tmp_path, f"-DCMAKE_PREFIX_PATH={prefix}")
    run(cmake, "--build", tmp_path)
    assert run(tmp_path / "sums").startswith("step by step 0.6914")
