# SPDX-License-Identifier: BSD-3-Clause
"""Is a design of two 16-bit operands right at all 2^32 pairs?  Verilated, in a few minutes.

    python docs/examples/hardware/all_pairs.py bposit16_adder --format bposit16 --op add

Compares slices of 256 left operands with the compiled arithmetic.  Goes on where it was stopped, as
long as no source has changed; exit status 1 if a pair differs.  Needs Verilator, make and a C++
compiler.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from numformats.hardware import Operation, operation
from numformats.hardware.simulators import SimulatorError, find_simulator

HERE = Path(__file__).resolve().parent
CODES = 1 << 16
SLICE = 256  # left operands that are compared at once
SHOWN = 5


def build(top: str, designs: Path, folder: Path) -> Path:
    """The verilated program of a design."""
    try:
        verilator = find_simulator("verilator")
    except SimulatorError as error:
        raise SystemExit(str(error)) from None
    command = [verilator.compiler, "--cc", "--exe", "--build", "-O3", "-CFLAGS", "-O2",
               "--prefix", "Vdevice", "--top-module", top, "-y", str(designs), "--Mdir", str(folder),
               "-o", "device", str(designs / f"{top}.v"), str(HERE / "all_pairs.cpp")]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - Verilator
        command, env=dict(verilator.environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{top} does not build:\n{done.stderr}{done.stdout}")
    return folder / "device"


def sources(designs: Path, top: str, *parts: str) -> str:
    """What the run depends on, as one number: a change of the design begins it anew."""
    texts = {path.stem: path.read_text("utf-8") for path in designs.glob("*.v")}
    if top not in texts:
        raise SystemExit(f"there is no {top}.v in {designs}")
    used, found = {top}, [top]
    while found:
        text = texts[found.pop()]
        new = {word for word in texts if re.search(rf"^\s*{word}\b", text, re.MULTILINE)} - used
        used |= new
        found += new
    whole = [*parts, *(texts[name] for name in sorted(used))]
    return hashlib.sha256("\0".join(whole).encode()).hexdigest()


def compare(op: Operation, first: int, results: np.ndarray) -> tuple[int, list[str]]:
    """How many results of a slice differ, and the first of them in words."""
    a = np.repeat(np.arange(first, first + SLICE, dtype=np.uint16), CODES)
    b = np.tile(np.arange(CODES, dtype=np.uint16), SLICE)
    expected = op.reference(a, b)
    wrong = np.flatnonzero(results != expected)
    lines = []
    for i in wrong[:SHOWN]:
        by_oracle, _ = op.by_oracle(int(a[i]), int(b[i]))
        fault = "" if by_oracle == expected[i] else f"; THE ORACLE SAYS {by_oracle:04x}"
        lines.append(f"{a[i]:04x} {b[i]:04x}: {results[i]:04x}, not {expected[i]:04x}{fault}")
    return len(wrong), lines


def save(path: Path, state: dict[str, object]) -> None:
    """Write the state whole, or leave the old one."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(state), "utf-8")
    new.replace(path)


def run(device: Path, op: Operation, state: dict[str, object], path: Path, limit: int) -> None:
    """Compare from where the state stands up to `limit`, and keep it after each slice."""
    start, begun = int(state["next"]), time.monotonic()
    command = [device, str(start), str(limit)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - just built
        assert process.stdout is not None
        for first in range(start, limit, SLICE):
            text = process.stdout.read(2 * SLICE * CODES)
            if len(text) != 2 * SLICE * CODES:
                raise SystemExit(f"{device} ended at a = {first:04x}")
            count, lines = compare(op, first, np.frombuffer(text, np.uint16))
            state["mismatches"] = int(state["mismatches"]) + count
            state["first"] = [*state["first"], *lines][:SHOWN]
            state["next"] = first + SLICE
            save(path, state)
            rate = (first + SLICE - start) * CODES / (time.monotonic() - begun) / 1e6
            sys.stderr.write(f"\r{path.stem}: {100 * (first + SLICE) // CODES:3} %, "
                             f"{state['mismatches']} differ, {rate:.0f} million pairs a second ")  # fmt: skip
    sys.stderr.write("\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("top", help="name of the module, and of its file")
    parser.add_argument("--format", required=True)
    parser.add_argument("--op", required=True)
    parser.add_argument("--designs", type=Path, default=HERE, help="folder of the Verilog files")
    parser.add_argument("--build", type=Path, default=Path("build/hardware"))
    parser.add_argument("--limit", type=int, default=CODES, help="stop before this left operand")
    given = parser.parse_args()
    op = operation(given.format, given.op)
    if [f.bits for f in (*op.operands, op.result)] != [16, 16, 16]:
        parser.error(f"{op.name} of {given.format} is not of two operands of 16 bits")
    if given.limit % SLICE or not 0 < given.limit <= CODES:
        parser.error(f"--limit {given.limit}; allowed: multiples of {SLICE} up to {CODES}")
    folder = given.build.resolve() / given.top
    folder.mkdir(parents=True, exist_ok=True)
    path = folder.with_suffix(".json")
    key = sources(given.designs, given.top, str(op.result), op.name)
    state = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if state.get("sources") != key:
        state = {"sources": key, "next": 0, "mismatches": 0, "first": []}
    if state["next"] < given.limit:
        run(build(given.top, given.designs, folder), op, state, path, given.limit)
    pairs = state["next"] * CODES
    print(f"{given.top}: {pairs} pairs, {state['mismatches']} differ", *state["first"], sep="\n  ")
    return bool(state["mismatches"])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("stopped: the same command goes on from here")
