# SPDX-License-Identifier: BSD-3-Clause
"""Which operations of other libraries differ from the standard's arithmetic, and how?

Each library is a device: `library_device.py`, run by a Python that has it, answers vectors of numformats,
and `numformats.hardware.check` says what is wrong with the answers.  Nothing of numformats is installed
beside the library.

    python -m venv peers
    peers/bin/pip install universal-dtypes==2.5.1 ml_dtypes==0.6.0 softposit==0.3.4.4 gfloat==0.5.2 apytypes==0.5.1
    python benchmarks/libraries_as_devices.py --python peers/bin/python --python other/bin/python
    python benchmarks/libraries_as_devices.py --docs

A library runs under the first of these Pythons that has it.  What is in the record is not run again,
unless the library has another version, or --level 2 asks for a million cases where there were fewer.
"""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exact_report import put_between
from libraries_report import markdown
from recorded import Recorded, names, options_of, path_of

from numformats.hardware import DeviceError, check, operation, run_device, vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
KEPT = HERE / "libraries_as_devices.json"
PAGE = HERE.parent / "docs" / "explanation" / "libraries-as-devices.md"
DEVICE = HERE / "library_device.py"

BASIC = ("add", "sub", "mul", "div", "sqrt", "rint")
SMALL = ("float8_e3m4", "float8_e4m3", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e4m3b11fnuz",
         "float8_e5m2", "float8_e5m2fnuz", "float6_e2m3fn", "float6_e3m2fn", "float4_e2m1fn")  # fmt: skip
EXHAUSTIVE = 1 << 16  # cases at most that are all tried
MODES = ("nearest_away", "toward_zero", "toward_positive", "toward_negative")


@dataclass(frozen=True)
class Trial:
    """One operation of one library."""

    library: str
    format: str
    op: str
    to: str = ""
    mode: str = "nearest_even"

    @property
    def key(self) -> str:
        """Its name in the record."""
        to = f" to {self.to}" if self.to else ""
        return f"{self.format} {self.op}{to} {self.mode}"


def trials() -> Iterator[Trial]:
    """All of them, library by library."""
    yield from _all("numpy", ("binary16", "binary32", "binary64"), BASIC)
    yield from _conversions("numpy", ("binary32", "binary64"), ("binary16", "binary32"))
    yield from _all("ml_dtypes", ("bfloat16", *SMALL), BASIC)
    yield from _conversions("ml_dtypes", ("binary32", "binary64"), ("bfloat16", *SMALL))
    yield from _conversions("ml_dtypes", ("bfloat16",), SMALL)
    posits = ("posit8", "posit16", "posit32", "posit64")
    takums = ("takum_linear8", "takum_linear16", "takum_linear32", "takum_linear64")
    floats = ("binary16", "bfloat16", "float8_e5m2")
    yield from _all("universal-dtypes", (*posits, *takums, *floats), BASIC)
    yield from _all("universal-dtypes", ("q7", "q15"), ("add", "sub", "mul"))
    yield from _conversions("universal-dtypes", ("binary64",), (*posits, *takums, *floats))
    yield from _conversions("universal-dtypes", ("posit32",), ("posit8", "posit16", "binary64"))
    soft = ("posit<8,es=0>", "posit<16,es=1>", "posit32")
    yield from _all("softposit", soft, (*BASIC, "fma"))
    yield from _conversions("softposit", soft, soft)
    ap = ("float8_e4m3", "float8_e5m2", "binary16", "bfloat16", "binary32", "binary64")
    yield from _all("apytypes", ap, BASIC[:4])
    yield from _conversions("apytypes", ("binary32", "binary64"), ap[:5])
    for mode in MODES:
        yield from _all("apytypes", ("float8_e4m3", "binary32"), BASIC[:4], mode)
        yield from _conversions("apytypes", ("binary32",), ("binary16",), mode)
    # gfloat refuses a NaN for a format that has none, where others have a convention.
    yield from _all("gfloat", ("float4_e2m1fn", "float6_e2m3fn", "float6_e3m2fn"), BASIC[:3])
    g = ("float8_e4m3fn", "float8_e5m2", "binary16", "bfloat16", "binary32")
    yield from _all("gfloat", g, BASIC[:5])
    yield from _conversions("gfloat", ("binary32", "binary64"), g)
    for mode in MODES:
        yield from _conversions("gfloat", ("binary32",), ("float8_e5m2", "binary16"), mode)
    torch8 = ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")
    yield from _all("torch", ("binary16", "bfloat16", "binary32", "binary64"), BASIC)
    yield from _all("torch", torch8, ("mul",))
    yield from _conversions("torch", ("binary32", "binary64"), ("binary16", "bfloat16", *torch8))


def _all(
    library: str, formats: tuple[str, ...], ops: tuple[str, ...], mode: str = "nearest_even"
) -> Iterator[Trial]:
    for name in formats:
        for op in ops:
            yield Trial(library, name, op, mode=mode)


def _conversions(
    library: str, sources: tuple[str, ...], targets: tuple[str, ...], mode: str = "nearest_even"
) -> Iterator[Trial]:
    for name in sources:
        for to in targets:
            if name != to:
                yield Trial(library, name, "convert", to, mode)


def run(trial: Trial, python: str, level: int) -> dict[str, Any]:
    """What check says of one trial."""
    op = operation(trial.format, trial.op, to=trial.to or None, mode=trial.mode)
    cases = math.prod(1 << f.bits for f in op.operands)
    depth = "exhaustive" if cases <= EXHAUSTIVE else level
    widths = [str(f.bits) for f in (*op.operands, op.result)]
    words = [python, str(DEVICE), trial.library, trial.format, trial.op, trial.to, trial.mode]
    try:
        answers = run_device([*words, *widths], op, vectors(op, level=depth), timeout=170)
        report = check(op, source=answers, flags=False, limit=1)
    except DeviceError as error:
        return {"error": str(error).split(" | ")[-1].replace(str(HERE), "")}
    diagnoses = [
        {"kind": d.kind, "count": d.count, "sentence": d.sentence,
         "example": str(d.examples[0]) if d.examples else ""}
        for d in report.diagnoses
    ]  # fmt: skip
    return {"level": depth, "checked": report.checked, "mismatches": report.mismatches,
            "diagnoses": diagnoses}  # fmt: skip


def version(python: str, library: str) -> str | None:
    """The version that this Python has, None if it has none."""
    found = subprocess.run(
        [python, str(DEVICE), "--version", library],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None


def measure(
    kept: Recorded, libraries: list[str], pythons: list[str], *, level: int, only: str
) -> None:
    """Run what the record lacks; a line for each."""
    for library in libraries:
        found = next(((p, v) for p in pythons if (v := version(p, library))), None)
        if found is None:
            print(f"{library}: none of {', '.join(pythons)} has it")
            continue
        python, its_version = found
        part = kept.record["libraries"].setdefault(library, {})
        if part.get("version") != its_version:
            part.update(version=its_version, trials={})
        for trial in trials():
            if trial.library != library or only not in trial.key:
                continue
            told = part["trials"].get(trial.key)
            if told is None or (level == 2 and told.get("level") == 1):
                part["trials"][trial.key] = told = run(trial, python, level)
                kept.keep()
                kinds = ", ".join(f"{d['kind']} {d['count']}" for d in told.get("diagnoses", ()))
                counts = told.get("error") or f"{told['mismatches']} of {told['checked']} wrong"
                print(f"{library} {trial.key}: {counts} {kinds}", flush=True)


def main() -> None:
    """Measure, or write the page."""
    everybody = list(dict.fromkeys(t.library for t in trials()))
    parser = options_of(__doc__, KEPT, "level 1 only, into a file of its own", seeds=None)
    parser.add_argument("--python", action="append", help="a Python that has some of the libraries")
    parser.add_argument("--libraries", type=names(everybody), default=everybody)
    parser.add_argument("--only", default="", help="trials whose name has this in it")
    parser.add_argument("--level", type=int, choices=(1, 2), default=1)
    options = parser.parse_args()
    kept = Recorded(path_of(options, KEPT), {"libraries": {}})
    if options.docs:
        put_between(PAGE, markdown(kept.record))
        return
    measure(
        kept,
        options.libraries,
        options.python or [sys.executable],
        level=options.level,
        only=options.only,
    )


if __name__ == "__main__":
    main()
