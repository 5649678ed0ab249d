# SPDX-License-Identifier: BSD-3-Clause
"""Can this Python build numformats, and if so, where is its private environment?

``make_env.py DIRECTORY`` makes the environment, or says what the machine lacks.
``make_env.py --build-requires`` prints what pyproject.toml needs for building.
Runs on a bare python3: standard library only.
"""

import importlib.util
import pathlib
import shutil
import subprocess
import sys
import sysconfig


def missing():
    """Say what this machine lacks, one sentence each."""
    if sys.version_info < (3, 11):
        version = ".".join(map(str, sys.version_info[:3]))
        yield "Python 3.11 or newer is needed, {} is {}; try make PYTHON=python3.12".format(
            sys.executable, version
        )
        return
    if not pathlib.Path(sysconfig.get_paths()["include"], "Python.h").exists():
        yield "Python.h is missing; install python3-dev (Debian, Ubuntu) or python3-devel (Fedora)"
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        yield "a C compiler is missing; install gcc or clang"
    if not has("venv"):
        yield "the venv module is missing; install python3-venv"
    elif not (has("ensurepip") or has("pip")):
        yield "neither ensurepip nor pip is there; install python3-venv or python3-pip"
    here = str(pathlib.Path(__file__).resolve().parent.parent)
    refused = sorted(set(here) & set("$`\"'\\|:\n"))
    if refused:
        yield (
            "the path of this folder, {!r}, has {}, which pip's scripts, meson or ninja "
            "cannot have in it; move or rename the folder".format(
                here, " and ".join(map(repr, refused))
            )
        )


def has(module):
    """Tell whether this Python has the module."""
    return importlib.util.find_spec(module) is not None


def make(directory):
    """Make the environment; where ensurepip was split off (Debian), this Python's pip fills it."""
    if has("ensurepip"):
        subprocess.check_call([sys.executable, "-m", "venv", directory])
        return
    subprocess.check_call([sys.executable, "-m", "venv", "--without-pip", directory])
    python = str(pathlib.Path(directory, "bin", "python"))
    subprocess.check_call(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "pip"]
    )


def build_requires():
    """Return the build requirements of pyproject.toml."""
    import tomllib

    text = pathlib.Path(__file__).parent.parent.joinpath("pyproject.toml").read_text("utf-8")
    return tomllib.loads(text)["build-system"]["requires"]


def main(argument):
    """Do what the argument says; return the exit status."""
    if argument == "--build-requires":
        print("\n".join(build_requires()))
        return 0
    problems = list(missing())
    for problem in problems:
        print("numformats cannot be built here: " + problem, file=sys.stderr)
    if not problems:
        make(argument)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
