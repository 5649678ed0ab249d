# SPDX-License-Identifier: BSD-3-Clause
"""How many instructions does an element cost?  A figure that the machine's noise does not change.

    python benchmarks/instructions.py            a table, and benchmarks/instructions.json
    python benchmarks/instructions.py --docs     rewrite the table of docs/ from the JSON

valgrind counts a program that calls one loop once, and one that calls it twice; the difference is the
loop's.  Needs valgrind, a C compiler, and the core that `make install` leaves in build/.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from elementwise_report import DOCS
from exact_report import HERE, machine, put_between
from rich.console import Console
from rich.table import Table

import numformats as nf
from numformats._atomic_file import write_text

FORMATS = ("posit32", "bposit32", "takum_linear32", "binary32", "tf32", "mlu32", "q31", "posit16", "bfloat16",
           "posit64")  # fmt: skip
OPERATIONS = ("add", "mul", "div", "sqrt")
COUNT = 25_600
RECORD = HERE / "instructions.json"
BEGIN, END = "<!-- begin instructions -->", "<!-- end instructions -->"


def build(folder: Path) -> Path:
    """Compile the program against the core that this environment's `make install` left in build/."""
    core = HERE.parent / "build" / Path(sys.prefix).name / "cbits" / "libnf_core.a"
    if not core.exists():
        raise SystemExit(f"no {core}: `make install` makes it")
    program = folder / "one_loop"
    include = HERE.parent / "cbits" / "include"
    command = [os.environ.get("CC", "cc"), "-O1", f"-I{include}", str(HERE / "one_loop.c"), str(core),
               "-o", str(program)]  # fmt: skip
    subprocess.run(command, check=True)
    return program


def counted(program: Path, name: str, operation: str, level: str, *, twice: bool) -> int:
    """Instructions of one run."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), name, operation,
               str(COUNT)]  # fmt: skip
    environment = {**os.environ, "NUMFORMATS_LEVEL": level} | ({"TWICE": "1"} if twice else {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or found is None:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-1000:]}")
    return int(found.group(1))


def rows(record: dict) -> list[list[str]]:
    """Lines of the table: format, level, and the operations."""
    return [[name, level, *(f"{x:.1f}" for x in line.values())]
            for name, levels in record["instructions"].items() for level, line in levels.items()]  # fmt: skip


def write_docs() -> None:
    """Replace the table between the markers."""
    record = json.loads(RECORD.read_text())
    text = [f"Counted by `python benchmarks/instructions.py` on {record['machine']}, {record['date']}:", "",
            f"| format | level | {' | '.join(OPERATIONS)} |", "|---" * (len(OPERATIONS) + 2) + "|",
            *("| " + " | ".join(row) + " |" for row in rows(record))]  # fmt: skip
    put_between(DOCS, "\n".join(text), BEGIN, END)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--docs", action="store_true", help="rewrite the table of docs/")
    if parser.parse_args().docs:
        write_docs()
        return 0
    if shutil.which("valgrind") is None:
        print("valgrind is not installed: nothing is counted")
        return 0
    # valgrind (3.19) knows no AVX-512
    best = next(x for x in nf.build_info()["runnable"].split() if x != "avx512")
    levels = ("portable", best)
    table = Table("format", "level", *OPERATIONS, title="instructions for each element")
    record = {"machine": machine(), "date": time.strftime("%Y-%m-%d"), "instructions": {}}
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        for name in FORMATS:
            record["instructions"][name] = {
                level: {op: (counted(program, name, op, level, twice=True)
                             - counted(program, name, op, level, twice=False)) / COUNT
                        for op in OPERATIONS}
                for level in dict.fromkeys(levels)
            }  # fmt: skip
    for row in rows(record):
        table.add_row(*row)
    Console(width=100).print(table)
    write_text(RECORD, json.dumps(record, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
