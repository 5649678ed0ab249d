# SPDX-License-Identifier: BSD-3-Clause
"""Does coqc accept a file, and on which axioms does what is proved rest?

Files are compiled in a folder of their own below the temporary one, never in the checkout.  What
was compiled once is kept there by the digest of its text and of all that it imports, for as long as
this process and those forked from it live: a planted mistake compiles one file, not all.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import re
import shutil
import subprocess
import tempfile
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


def compiled(names, files, seconds):
    """The folders of files and of those that they import; NotProvedError names the line that Coq refuses."""
    folders = {}
    for name in names:
        for one in closure(name, files):
            if one not in folders:
                needed = [folders[other] for other in closure(one, files)[:-1]]
                folders[one] = compiled_after(files[one], key(one, files), needed, seconds)
    return list(folders.values())


def compiled_after(source, digest, needed, seconds):
    """The folder of one file in the store; one process compiles it, others wait."""
    target, work = (Path(store().name) / f"{source.name}-{digest}{end}" for end in ("", ".new"))
    with Path(f"{target}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            work.mkdir(exist_ok=True)
            run(source.path, source.name, source.text, work, needed, seconds)
            work.rename(target)
    return target


def run(path, name, text, work, needed, seconds):
    """What coqc prints when it compiles a text in a folder."""
    (Path(work) / f"{name}.v").write_text(text, "utf-8")
    command = ["coqc", "-q", "-w", "none", "-Q", ".", ""]
    for folder in needed:
        command += ["-Q", str(folder), ""]
    try:
        done = subprocess.run(
            [*command, f"{name}.v"],
            cwd=work,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoAnswerError(f"{path}: no answer within {seconds:g} s") from None
    if done.returncode < 0:
        raise NoAnswerError(f"{path}: coqc ended by signal {-done.returncode}")
    if done.returncode:
        raise NotProvedError(complaint(path, done.stderr))
    return done.stdout


def axioms_of(names, files, seconds):
    """Axioms under everything that files prove."""
    folders = compiled(names, files, seconds)
    proved = [f"{name}.{one}" for name in names for _, one in files[name].statements]
    text = "".join(f"Require {name}.\n" for name in names)
    text += f"Definition all := ({', '.join(proved)}).\nPrint Assumptions all.\n"
    with tempfile.TemporaryDirectory(prefix="coq-") as work:
        return axioms_in(run("Print Assumptions", "Everything", text, work, folders, seconds))


def complaint(path, text):
    """What coqc says, in one line with the path and the line."""
    found = MESSAGE.search(text)
    where, said = (f"{path}:{found[2]}", found[3]) if found else (path, text)
    return f"{where}: {' '.join(said.split())[:300]}"


def axioms_in(text):
    """Names that Print Assumptions lists, each at the beginning of a line."""
    _, found, listed = text.partition("Axioms:\n")
    if not found and "Closed under the global context" not in text:
        raise NoAnswerError(f"Coq says nothing of axioms: {text[:200]!r}")
    return re.findall(r"^([\w.']+)\s*(?::|$)", listed, re.MULTILINE)
