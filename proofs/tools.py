# SPDX-License-Identifier: BSD-3-Clause
"""On what does the result of a proof depend, beside the C text: on which tools, and which texts of ours?"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import re
import shutil
import subprocess
import sys

from proofs.checkout import ROOT
from proofs.native import COMPILER

# What a result of each kind is worth with; another compiler preprocesses to the same text.
OF_KIND = {
    "smt": ("translator", "bitwuzla"),
    "cross-check": ("translator", "gcc"),
    "coq": ("coq", "flocq"),
    "gappa": ("gappa",),
    "exhaustion": ("gcc",),
    "bounds": (),
}
PACKAGES = {"bitwuzla": "bitwuzla", "z3": "z3-solver", "cvc5": "cvc5"}
FLOCQ = "From Flocq Require Import Version. Eval compute in Flocq_version.\n"


def sha(data):
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def said(command, given=None):
    """What a program prints, "" where it is not there or fails."""
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@functools.cache
def version(tool):
    """The version of a tool on this machine, "" where it is not installed."""
    if tool in PACKAGES:
        try:
            return importlib.metadata.version(PACKAGES[tool])
        except importlib.metadata.PackageNotFoundError:
            return ""
    if tool == "translator":
        return translator()
    if tool == "gcc":
        return said([*COMPILER, "--version"]).partition("\n")[0].strip()
    if tool == "flocq":
        found = re.search(r"= (\d+)%?", said(["coqtop", "-q"], FLOCQ))
        return ".".join(str(int(found[1]) // 10**n % 100) for n in (4, 2, 0)) if found else ""
    found = re.search(
        r"\d+\.\d+[\w.]*", said({"coq": ["coqc"], "gappa": ["gappa"]}[tool] + ["--version"])
    )
    return found[0] if found else ""


def versions(kinds):
    """tool: version, of what is installed of the tools that claims of these kinds need."""
    names = [tool for kind in kinds for tool in OF_KIND.get(kind, ())]
    if "smt" in kinds:
        names += ["z3", "cvc5", "gcc"]
    return {name: version(name) for name in dict.fromkeys(names) if version(name)}


# What claims about lanes alone import: a part of their own text.
OF_LANES = "lanes.py"


def texts_of_translator():
    """Files that say what C text means to a solver."""
    smt = ROOT / "proofs" / "smt"
    found = [
        p for p in smt.rglob("*") if p.suffix in {".py", ".h"} and "__pycache__" not in p.parts
    ]
    return [
        ROOT / "proofs" / "native.py",
        *sorted(
            p
            for p in found
            if "claims" not in p.parts and p.name != OF_LANES and not p.name.startswith("test_")
        ),
    ]


@functools.cache
def translator():
    """Digest of the translator's text."""
    return sha(b"".join(p.read_bytes() for p in texts_of_translator()))


@functools.cache
def imported(path):
    """Files of this checkout's proofs that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = {ROOT / f"{name.replace('.', '/')}.py" for name in names if name.startswith("proofs.")}
    return {file for file in files if file.exists()}


@functools.cache
def own_texts(module):
    """path: SHA-256 of a module of claims and of what it imports in its room.

    Neither the translator, which is one tool, nor the frame: how proofs are run proves nothing.
    """
    place = ROOT / module.replace(".", "/")
    todo, found = [place.with_suffix(".py"), place / "__init__.py"], {}
    elsewhere = set(texts_of_translator()) | set((ROOT / "proofs").glob("*.py"))
    while todo:
        path = todo.pop()
        name = str(path.relative_to(ROOT))
        if path.exists() and path not in elsewhere and name not in found:
            found[name] = sha(path.read_bytes())
            todo += imported(path)
    return found


def module_of(claim):
    """The module that lists a claim, not the room that collects it with others."""
    homes = [
        (len(module.CLAIMS), name)
        for name, module in list(sys.modules.items())
        if name.startswith("proofs.")
        and isinstance(getattr(module, "CLAIMS", None), (list, tuple))
        and any(one is claim for one in module.CLAIMS)
    ]
    return min(homes)[1] if homes else claim.prove.__module__
