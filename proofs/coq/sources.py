# SPDX-License-Identifier: BSD-3-Clause
"""What does a Coq file state, on which files does it rest, and which C text does it quote?"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from proofs.checkout import ROOT

FOLDER = Path("proofs/coq")
PROVED = re.compile(r"^\s*(Theorem|Corollary|Lemma|Fact|Example)\s+(\w+)", re.MULTILINE)
REQUIRED = re.compile(r"^Require Import ([^.]*)\.", re.MULTILINE)
QUOTE = re.compile(r"^\s*(?:\(\*)?\s*C (cbits/\S+) (\w+):\n(.*?)\*\)", re.MULTILINE | re.DOTALL)
# What would assume something, or make the kernel believe it, wherever it stands; and only in a section.
ASSUMES = re.compile(
    r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjecture|Abort|Load|Declare\s+ML\s+Module"
    r"|Unset\s+\w+\s+Checking|bypass_check)\b"
)
OF_SECTION = re.compile(r"\b(Variables?|Hypothes[ie]s|Context)\b")
SECTION = re.compile(r"^\s*(Section|End)\s+\w+\s*\.", re.MULTILINE)


def without_comments(text):
    """The text with its comments, which nest, made blank: lines stay where they are."""
    kept, depth = [], 0
    for part in re.split(r"(\(\*|\*\)|\n)", text):
        depth += part == "(*"
        kept.append(part if part == "\n" or depth == 0 else "")
        depth -= part == "*)"
    return "".join(kept)


@dataclass(frozen=True)
class Source:
    """One file: its name without .v, and its text."""

    name: str
    text: str

    @property
    def path(self):
        """The path from the checkout's root."""
        return str(FOLDER / f"{self.name}.v")

    @property
    def digest(self):
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def asks(self):
        """The question that the file answers: its first sentence after the licence."""
        return " ".join(self.text.split("(*", 2)[2].split("?")[0].split()) + "?"

    @functools.cached_property
    def statements(self):
        """(kind, name) of all that is proved."""
        return PROVED.findall(without_comments(self.text))

    @property
    def theorems(self):
        """Names of what is claimed; lemmas are steps."""
        return tuple(name for kind, name in self.statements if kind in ("Theorem", "Corollary"))

    @property
    def needs(self):
        """Names of files here that are imported."""
        return tuple(
            name for line in REQUIRED.findall(self.text) for name in line.split() if "." not in name
        )

    @property
    def quotes(self):
        """(path, function, text): C text that is modelled."""
        return QUOTE.findall(self.text)

    def assumed(self):
        """(line, word) of what would be an axiom."""
        text, depth, found = without_comments(self.text), 0, []
        for number, line in enumerate(text.split("\n"), 1):
            section = SECTION.match(line)
            if section:
                depth += 1 if section[1] == "Section" else -1
            found += [(number, word[0]) for word in ASSUMES.finditer(line)]
            if depth == 0:
                found += [
                    (number, f"{word[0]} outside a section") for word in OF_SECTION.finditer(line)
                ]
        return found


def folder_of(checkout):
    """Where the files of a checkout are; a copy for a mistake in C text has none of its own."""
    own = Path(checkout.root) / FOLDER
    return own if own.is_dir() else ROOT / FOLDER


def sources(folder):
    """name: Source, what is imported first; ValueError where files import each other."""
    found = {p.stem: Source(p.stem, p.read_text("utf-8")) for p in sorted(folder.glob("*.v"))}
    ordered = {}

    def add(name, above):
        if name in above:
            raise ValueError(f"{name}.v imports itself, by {' '.join(above)}")
        if name not in ordered:
            for needed in found[name].needs:
                if needed in found:
                    add(needed, (*above, name))
            ordered[name] = found[name]

    for name in found:
        add(name, ())
    return ordered


def closure(name, files):
    """Names of the files that one rests on, and its own, in the order of compiling."""
    wanted, todo = set(), [name]
    while todo:
        one = todo.pop()
        if one not in wanted:
            wanted.add(one)
            todo += [needed for needed in files[one].needs if needed in files]
    return [one for one in files if one in wanted]


# ---- C text ----


def squeezed(text):
    """C text without comments, continued lines and spaces that mean nothing."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL).replace("\\\n", "\n")
    return " ".join(re.findall(r"\w+|\S", text))


def body(text, function):
    """What is between the braces of a function or a macro, squeezed; "" where there is none."""
    text = squeezed(text)
    begun = re.search(rf"\b{function} \((?:[^()]|\([^()]*\))*\) [^;{{]*\{{", text)
    if not begun:
        return ""
    depth, at = 1, begun.end()
    while depth and at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[begun.end() : at - 1].strip()


def is_quoted(text, function, quote):
    """Is the body of a function what is quoted?  "..." stands for whatever is left out."""
    parts = [re.escape(squeezed(part)) for part in quote.split("...")]
    return re.fullmatch(r"\s*.*?\s*".join(parts), body(text, function), re.DOTALL) is not None
