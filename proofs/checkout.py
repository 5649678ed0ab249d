# SPDX-License-Identifier: BSD-3-Clause
"""Which text is proved?  The checkout's, or a copy of it in which one place is changed."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Checkout:
    """The C text below a folder.

    `origin`: the checkout that this one is a changed copy of, or itself; it reads texts of formats.
    """

    def __init__(self, root=ROOT, origin=None):
        self.root = Path(root).resolve()
        self.cbits = self.root / "cbits"
        self.origin = origin or self

    @property
    def is_mutant(self):
        """Is this a copy with a planted mistake, whose counterexamples nobody reads?"""
        return self.origin is not self

    def digest(self, path):
        """SHA-256 of a file of this checkout."""
        return hashlib.sha256((self.root / path).read_bytes()).hexdigest()

    @contextmanager
    def changed(self, path, old, new):
        """A copy of the C text, or of a folder beside it, with one place changed; ValueError where it is not there once."""
        text = (self.root / path).read_text("utf-8")
        if text.count(old) != 1:
            raise ValueError(
                f"{path} has {text.count(old)} places {old!r}, not 1: renew the mutant"
            )
        with tempfile.TemporaryDirectory(prefix="proofs-") as folder:
            shutil.copytree(
                self.cbits, Path(folder) / "cbits", ignore=shutil.ignore_patterns("tests", "numpy")
            )
            if not path.startswith("cbits/"):
                shutil.copytree((self.root / path).parent, (Path(folder) / path).parent)
            (Path(folder) / path).write_text(text.replace(old, new), "utf-8")
            yield Checkout(folder, self.origin)
