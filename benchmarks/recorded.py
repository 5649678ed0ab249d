# SPDX-License-Identifier: BSD-3-Clause
"""How does a benchmark keep what it measures, and go on where it was stopped?

Its JSON file is written whole after each run, under another name that then becomes its name, and what
is in it is not measured again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exact_report import machine

import numformats as nf
from numformats._atomic_file import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

SEEDS = "0, 1, ... up to that number"


class Recorded:
    """The record of a benchmark: what its file has, or `empty` where there is none."""

    def __init__(self, path: Path, empty: dict[str, Any], *, level: bool = False) -> None:
        self.path, self._level = path, level
        self.record = json.loads(path.read_text()) if path.exists() else empty

    def keep(self) -> None:
        """Write the record with the machine, the CPU level if asked for, and the day."""
        self.record["machine"] = machine()
        if self._level:
            self.record["level"] = nf.build_info()["level"]
        self.record["date"] = str(dt.datetime.now(tz=dt.UTC).date())
        write_text(self.path, json.dumps(self.record, indent=1) + "\n")

    def once(self, part: dict[str, Any], key: str, measure: Callable[[], Any]) -> bool:
        """Measure what the part lacks, and keep it; False where the part has it."""
        if key in part:
            return False
        part[key] = measure()
        self.keep()
        return True

    def runs_of(self, task: Any) -> list[dict[str, Any]]:
        """The runs of a task, which is a dataclass: all its settings are the key."""
        return self.record["runs"].setdefault(json.dumps(asdict(task)), [])

    def complete(
        self,
        runs: list[dict[str, Any]],
        wanted: Iterable[dict[str, Any]],
        run: Callable[..., dict[str, Any]],
        line: Callable[[dict[str, Any]], str],
    ) -> None:
        """Make the runs that are wanted and not there; keep each, and print its line.

        A wanted one is the arguments of `run` by name, and its result has them all again.
        """
        for case in wanted:
            if any(case.items() <= made.items() for made in runs):
                continue
            runs.append(run(**case))
            self.keep()
            print(line(runs[-1]), flush=True)


def tasks_of(record: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each task of a record and its runs."""
    for key, runs in record["runs"].items():
        yield json.loads(key), runs


def options_of(
    about: str, kept: Path, quick: str, seeds: str | None = SEEDS
) -> argparse.ArgumentParser:
    """The options that all have, for a benchmark whose record is kept in that file."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help=quick)
    if seeds is not None:
        parser.add_argument("--seeds", type=int, default=1, help=seeds)
    parser.add_argument("--json", type=Path, default=None, help=f"default: {kept.name}")
    parser.add_argument("--docs", action="store_true", help="rewrite the docs from the record")
    return parser


def path_of(options: argparse.Namespace, kept: Path) -> Path:
    """The file of a call: a quick one never writes into the record that is kept."""
    return options.json or (Path(f"{kept.stem}_quick.json") if options.quick else kept)


def names(allowed: Collection[str], separator: str = ",") -> Callable[[str], list[str]]:
    """What an option's text is read by: names of those that are allowed."""

    def read(text: str) -> list[str]:
        found = [name.strip() for name in text.split(separator)]
        for name in found:
            if name not in allowed:
                listed = f"{separator} ".join(allowed)
                raise argparse.ArgumentTypeError(f"{name!r}; allowed: {listed}")
        return found

    return read
