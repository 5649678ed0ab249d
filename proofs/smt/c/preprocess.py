# SPDX-License-Identifier: BSD-3-Clause
"""Which text does the translator read?  The core's, unchanged, through the compiler's preprocessor.

Headers of the system are replaced by ours (headers/), which declare what the core uses of them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

COMPILER = shlex.split(os.environ.get("CC", "cc"))
HEADERS = Path(__file__).parent / "headers"
AWAY = ("-D__attribute__(x)=", "-D__extension__=", "-D__builtin_unreachable()=")
ROOMS = ("", "include", "core", "exact", "levels")


def preprocess(text, checkout, defines=()):
    """The preprocessed text, and the paths in the checkout that it was made of."""
    include = [f"-I{HEADERS}", *[f"-I{checkout.cbits / room}" for room in ROOMS]]
    command = [*COMPILER, "-E", "-nostdinc", "-undef", *AWAY, *include, *defines, "-x", "c", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"the preprocessor refuses the text: {done.stderr.strip()}")
    root = str(checkout.root.resolve())
    lines = re.findall(r'^# \d+ "([^"]+)"', done.stdout, flags=re.MULTILINE)
    real = {os.path.realpath(line) for line in lines if line.startswith("/")}
    paths = sorted(os.path.relpath(p, root) for p in real if p.startswith(root + os.sep))
    marked = re.sub(r'^# (\d+) "([^"]+)".*$', short_name, done.stdout, flags=re.MULTILINE)
    return marked, paths


def short_name(marker):
    """A line marker that names the file without its folder: what coordinates of the tree print."""
    return f'#line {marker[1]} "{Path(marker[2]).name}"'
