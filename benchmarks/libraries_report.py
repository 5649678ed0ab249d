# SPDX-License-Identifier: BSD-3-Clause
"""How does the page tell what other libraries answered?  A line for each, then what differs, with an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from report_parts import markdown_table

if TYPE_CHECKING:
    from collections.abc import Iterator

SUMMARY = ("library", "version", "operations", "answers", "operations that differ")


def markdown(record: dict[str, Any]) -> str:
    """Everything between the markers of the page."""
    about = f"{record['machine']}, {record['date']}."
    libraries = record["libraries"]
    parts = [about, markdown_table(SUMMARY, [_summary(n, part) for n, part in libraries.items()])]
    for name, part in libraries.items():
        rows = list(_differences(part["trials"]))
        if rows:
            parts += [f"### {name} {part['version']}", markdown_table(DIFFERENCES, rows)]
    parts += ["### First examples", *_examples(libraries)]
    return "\n\n".join(parts)


DIFFERENCES = ("operation", "answers that differ", "what `check` says")


def _summary(name: str, part: dict[str, Any]) -> list[str]:
    asked = [t for t in part["trials"].values() if "checked" in t]
    differ = sum(1 for t in asked if t["mismatches"])
    answers = sum(t["checked"] for t in asked)
    return [name, part["version"], str(len(asked)), f"{answers:,}", str(differ)]


def _differences(trials: dict[str, Any]) -> Iterator[list[str]]:
    """A row for each operation that differs, or that the library refuses."""
    for key, trial in trials.items():
        if "error" in trial:
            yield [short(key), "none came", trial["error"]]
        elif trial["mismatches"]:
            told = "; ".join(
                f"**{d['kind']}** {d['count']:,}: {d['sentence']}" for d in trial["diagnoses"]
            )
            yield [short(key), f"{trial['mismatches']:,} of {trial['checked']:,}", told]


def short(key: str) -> str:
    """The key of a trial without the rounding that is usual.

    >>> short("posit16 add nearest_even"), short("binary32 convert to binary16 toward_zero")
    ('posit16 add', 'binary32 convert to binary16 toward_zero')
    """
    return key.removesuffix(" nearest_even")


def _examples(libraries: dict[str, Any]) -> Iterator[str]:
    """The first example of the first operation with each sentence of each library."""
    for name, part in libraries.items():
        seen: set[str] = set()
        for key, trial in part["trials"].items():
            for d in trial.get("diagnoses", ()):
                if d["example"] and d["sentence"] not in seen:
                    seen.add(d["sentence"])
                    yield f"{name}, {short(key)}: {d['sentence']}\n\n```text\n{d['example']}\n```"
