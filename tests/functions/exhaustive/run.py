# SPDX-License-Identifier: BSD-3-Clause
"""Is every result of a function in a 32-bit format the nearest one?  All 2**32 arguments.

    python tests/functions/exhaustive/run.py exp log --formats posit32,bposit32 --jobs 2

Arguments go in blocks, each to a process; what is done is kept in build/exhaustive, so the same
command goes on after an interruption, until the core or the reference is another.  --record puts
the counts into counts.json.  Exit status 1: a result is wrong.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

sys.path.insert(0, str(Path(__file__).parent))

import numformats as nf
import reference
from numformats._atomic_file import write_text

COUNTS = Path(__file__).with_name("counts.json")
EXAMPLES = 10


def size_of_block(bits):
    """1024 blocks of a 32-bit format, 16 of a 16-bit format."""
    return 1 << max(bits - 10, 12)


@cache
def fingerprint():
    """Of what the results of a run depend on: the compiled package and the reference."""
    digest = hashlib.blake2b(digest_size=16)
    package = sorted(Path(nf.__file__).parent.glob("*.so"))
    for path in (*package, *sorted(Path(__file__).parent.glob("reference.*"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run_block(name, format_name, number):
    """One block: its number and what is kept of it."""
    T = getattr(nf, format_name)
    bits, count = T.format.bits, size_of_block(T.format.bits)
    start = number * count
    codes = np.arange(start, start + count, dtype=np.uint64).astype(f"<u{bits // 8}")
    began = time.perf_counter()
    results = reference.evaluate(name, T, codes)
    seconds = time.perf_counter() - began
    opened, wrong = reference.check(name, T, start, results)
    return number, {
        "mpfr": int(opened),
        "wrong": len(wrong),
        "examples": [[int(codes[i]), int(results[i])] for i in wrong[:EXAMPLES]],
        "digest": hashlib.blake2b(results.tobytes(), digest_size=16).hexdigest(),
        "seconds": round(seconds, 3),
    }


class Journal:
    """The blocks of one function and format that are done, in a file."""

    def __init__(self, name, format_name, folder):
        self.path = folder / f"{name}-{format_name}.json"
        self.bits = getattr(nf, format_name).format.bits
        self.blocks = {}
        if self.path.exists():
            try:
                kept = json.loads(self.path.read_text())
                if kept["fingerprint"] == fingerprint():
                    self.blocks = {int(k): v for k, v in kept["blocks"].items()}
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                sys.exit(f"{self.path} cannot be read ({error!r}); delete it to begin again")

    def missing(self):
        return [
            n for n in range((1 << self.bits) // size_of_block(self.bits)) if n not in self.blocks
        ]

    def add(self, number, block):
        self.blocks[number] = block
        write_text(self.path, json.dumps({"fingerprint": fingerprint(), "blocks": self.blocks}))

    def summary(self):
        """What counts.json keeps."""
        blocks = [self.blocks[n] for n in sorted(self.blocks)]
        whole = hashlib.blake2b("".join(b["digest"] for b in blocks).encode(), digest_size=16)
        return {
            "arguments": len(blocks) * size_of_block(self.bits),
            "decided by MPFR": sum(b["mpfr"] for b in blocks),
            "wrong": sum(b["wrong"] for b in blocks),
            "digest of results": whole.hexdigest(),
            "ns per argument": round(sum(b["seconds"] for b in blocks) / 2**self.bits * 1e9, 1),
        }

    def examples(self):
        found = [pair for n in sorted(self.blocks) for pair in self.blocks[n]["examples"]]
        return found[:EXAMPLES]


def start_worker():
    """Workers leave Ctrl-C to the parent, and each has one core."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nf.set_num_threads(1)


def run(name, format_name, pool, folder, bar):
    """The journal of all blocks, those of earlier runs among them."""
    journal = Journal(name, format_name, folder)
    missing, total = journal.missing(), (1 << journal.bits) // size_of_block(journal.bits)
    task = bar.add_task(f"{name} {format_name}", total=total, completed=total - len(missing))
    futures = [pool.submit(run_block, name, format_name, n) for n in missing]
    try:
        for future in as_completed(futures):
            journal.add(*future.result())
            bar.advance(task)
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return journal


def tell(name, format_name, journal, console):
    """Print the counts; did all go well?"""
    found = journal.summary()
    console.print(
        f"{name} {format_name}: " + ", ".join(f"{k} {v}" for k, v in found.items()), soft_wrap=True
    )
    for argument, result in journal.examples():
        console.print(f"  wrong: {name}({argument:#x}) gave {result:#x}")
    recorded = json.loads(COUNTS.read_text())["runs"].get(f"{name} {format_name}")
    if recorded and recorded["digest of results"] != found["digest of results"]:
        console.print("  the results are not those recorded in counts.json")
    return found["wrong"] == 0


def record(name, format_name, journal):
    """Put the counts into counts.json."""
    kept = json.loads(COUNTS.read_text())
    day = dt.datetime.now(dt.UTC).date().isoformat()
    entry = {**journal.summary(), "date": day, "level": nf.build_info()["level"]}
    kept["runs"] = dict(sorted({**kept["runs"], f"{name} {format_name}": entry}.items()))
    write_text(COUNTS, json.dumps(kept, indent=2) + "\n")


def one_of(kind, allowed):
    """An argument that must be one of a list."""

    def parse(text):
        for name in text.split(","):
            if name not in allowed:
                msg = f"{name!r} is no {kind}; there are {', '.join(allowed)}"
                raise argparse.ArgumentTypeError(msg)
        return text.split(",")

    return parse


def processes(text):
    """A number of processes."""
    if not text.isdigit() or int(text) == 0:
        msg = f"{text!r} is no number of processes; 1 is the least"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    function = one_of("function with a reference", tuple(reference.functions()))
    parser.add_argument("functions", nargs="+", type=function)
    formats = one_of("format with a reference", reference.FORMATS)
    parser.add_argument("--formats", type=formats, default=["posit32"], help="names with commas")
    parser.add_argument("--jobs", type=processes, default=os.cpu_count(), help="at one time")
    parser.add_argument("--folder", type=Path, default=reference.BUILD, help="of what is done")
    parser.add_argument("--record", action="store_true", help="put the counts into counts.json")
    return parser.parse_args(arguments)


def main(arguments=None):
    chosen, console = options(arguments), Console()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    right = True
    with (
        ProcessPoolExecutor(chosen.jobs, initializer=start_worker) as pool,
        Progress(*columns, console=console, disable=not console.is_terminal) as bar,
    ):
        try:
            for name, format_name in [
                (n, f) for g in chosen.functions for n in g for f in chosen.formats
            ]:
                journal = run(name, format_name, pool, chosen.folder, bar)
                right = tell(name, format_name, journal, console) and right
                if chosen.record:
                    record(name, format_name, journal)
        except KeyboardInterrupt:
            console.print(
                f"interrupted; what is done is in {chosen.folder}: the same command goes on"
            )
            return 130
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
