# SPDX-License-Identifier: BSD-3-Clause
"""What does Gappa say of a goal whose constants were filled in, and does Coq accept its certificate?"""

from __future__ import annotations

import shutil
import string
import subprocess
import tempfile
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HERE = Path(__file__).parent
MISSING = "gappa is not installed: apt install gappa, and coq libcoq-flocq libcoq-gappa for its certificates"


@dataclass(frozen=True)
class Goal:
    """`template` is a file of this folder; `points` satisfy its hypotheses, and `holds` is said of them.

    Points are what shows that hypotheses can be satisfied, and where a counterexample is looked for.
    """

    template: str
    values: dict[str, str]
    points: Callable[[], Iterable[tuple[float, ...]]]
    holds: Callable[..., bool]
    certified: bool = False  # a certificate is asked for

    @property
    def text(self):
        return string.Template((HERE / f"{self.template}.g").read_text("utf-8")).substitute(
            self.values
        )

    def counterexample(self):
        """A point at which what is said is wrong, or None; and how many points there were."""
        count = 0
        for point in self.points():
            count += 1
            if not self.holds(*point):
                return point, count
        return None, count


@dataclass
class Said:
    """`proved`, or why not; `certificate`: "checked by coqc", or why there is none."""

    proved: bool
    why: str = ""
    certificate: str = field(default="")


def decimal(x):
    """A fraction whose denominator is a power of two as Gappa reads it."""
    x = Fraction(x)
    return (
        f"{x.numerator}"
        if x.denominator == 1
        else f"{x.numerator}b-{x.denominator.bit_length() - 1}"
    )


def is_installed():
    return shutil.which("gappa") is not None


def ask(goal, seconds):
    """Run Gappa on a goal, and coqc on its certificate where the goal asks for it."""
    with tempfile.TemporaryDirectory(prefix="proofs-") as folder:
        path = Path(folder) / "Goal.g"
        path.write_text(goal.text, "utf-8")
        try:
            done = run(["gappa", str(path)], seconds)
            if done.returncode:
                return Said(proved=False, why=" ".join(done.stderr.split()))
            return Said(
                proved=True, certificate=certificate(path, seconds) if goal.certified else ""
            )
        except subprocess.TimeoutExpired:
            return Said(proved=False, why=f"no answer within {seconds:g} s")


def run(command, seconds):
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        cwd=Path(command[-1]).parent,
    )


def certificate(path, seconds):
    """Is the proof that Gappa writes a proof for Coq?"""
    if shutil.which("coqc") is None:
        return "coqc is not installed"
    written = run(["gappa", "-Bcoq", str(path)], seconds)
    proof = path.with_suffix(".v")
    proof.write_text(written.stdout, "utf-8")
    checked = run(["coqc", "-q", str(proof)], seconds)
    if checked.returncode and "Gappa_library" in checked.stderr:
        return "libcoq-gappa is not installed"
    return "refused by coqc: " + checked.stderr if checked.returncode else "checked by coqc"
