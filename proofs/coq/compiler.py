# SPDX-License-Identifier: BSD-3-Clause
"""Does coqc accept a file, and on which axioms does what it proves rest?

Files are compiled in a folder of their own below the temporary one, never in the checkout.  What
was compiled once is kept there by the digest of its text and of all that it imports, for as long as
this process and those forked from it live: a planted mistake compiles one file, not all.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from proofs.coq.sources import closure

# Those of the real numbers in Coq's standard library.
AXIOMS = {
    "ClassicalDedekindReals.sig_not_dec",
    "ClassicalDedekindReals.sig_forall_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
    "Classical_Prop.classic",
}
INSTALL = "apt install coq libcoq-flocq"
MESSAGE = re.compile(r'File "\./?(\w+)\.v", line (\d+), characters [\d-]+:\n(.*)', re.DOTALL)


class NotProvedError(Exception):
    """One line: file, line, and what Coq says."""


class NoAnswerError(Exception):
    """coqc ran out of time, or was killed."""


@dataclass(frozen=True)
class Compiled:
    """The folder of a .vo, and the axioms under all theorems of the file."""

    folder: Path
    axioms: frozenset[str]


@functools.cache
def missing():
    """Why nothing can be proved here, "" where it can."""
    if shutil.which("coqc") is None:
        return f"coqc is not installed: {INSTALL}"
    done = subprocess.run(["coqc", "-where"], capture_output=True, text=True, check=False)
    if not (Path(done.stdout.strip()) / "user-contrib/Flocq/Core/Core.vo").exists():
        return f"Coq has no Flocq: {INSTALL}"
    return ""


@functools.cache
def store():
    """The folder of what is compiled; it goes when this process ends."""
    return tempfile.TemporaryDirectory(prefix="coq-")


def key(name, files):
    """The digest of a file and of all that it rests on."""
    text = "\0".join(f"{one}\0{files[one].text}" for one in closure(name, files))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def compiled(name, files, seconds):
    """Compile a file after those that it imports; NotProvedError names the line that Coq refuses."""
    folders = []
    for one in closure(name, files):
        last = compiled_after(one, files, folders, seconds)
        folders.append(last.folder)
    return last


def compiled_after(name, files, folders, seconds):
    """One file, by what is in the store, or by coqc."""
    target = Path(store().name) / f"{name}-{key(name, files)}"
    if not target.is_dir():
        with tempfile.TemporaryDirectory(prefix="coq-") as work:
            compile_in(Path(work) / "new", files[name], folders, seconds)
            with contextlib.suppress(OSError):  # another process was first
                (Path(work) / "new").rename(target)
    axioms = (target / "axioms").read_text("utf-8").split()
    return Compiled(target, frozenset(axioms))


def compile_in(folder, source, folders, seconds):
    """coqc on a copy of the text, with a question about axioms at its end."""
    folder.mkdir()
    names = [name for _, name in source.statements]
    asked = f"Definition all := ({', '.join(names)}).\nPrint Assumptions all.\n"
    (folder / f"{source.name}.v").write_text(f"{source.text}\n{asked if names else ''}", "utf-8")
    command = ["coqc", "-q", "-w", "none", "-Q", ".", ""]
    for other in folders:
        command += ["-Q", str(other), ""]
    try:
        done = subprocess.run(
            [*command, f"{source.name}.v"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoAnswerError(f"{source.path}: no answer within {seconds:g} s") from None
    if done.returncode < 0:
        raise NoAnswerError(f"{source.path}: coqc ended by signal {-done.returncode}")
    if done.returncode:
        raise NotProvedError(complaint(source, done.stderr))
    axioms = axioms_in(done.stdout) if names else []
    (folder / "axioms").write_text(" ".join(axioms), "utf-8")


def complaint(source, text):
    """What coqc says, in one line with the path and the line."""
    found = MESSAGE.search(text)
    where, said = (f"{source.path}:{found[2]}", found[3]) if found else (source.path, text)
    return f"{where}: {' '.join(said.split())[:300]}"


def axioms_in(text):
    """Names that Print Assumptions lists, each at the beginning of a line."""
    _, found, listed = text.partition("Axioms:\n")
    if not found and "Closed under the global context" not in text:
        raise NoAnswerError(f"Coq says nothing of axioms: {text[:200]!r}")
    return re.findall(r"^([\w.']+)\s*(?::|$)", listed, re.MULTILINE)
