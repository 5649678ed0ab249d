# SPDX-License-Identifier: BSD-3-Clause
"""What does each unit of the described accelerator cost, whatever a transistor is worth?  Exact counts.

    python benchmarks/accelerator_metrics.py            count again, and keep accelerator_metrics.json
    python benchmarks/accelerator_metrics.py --docs     the tables of the page, from what is kept

Cycles, operations, conflicts, bits of registers and bits moved, of the cycle-level models: nothing is
timed and nothing is random but words of Philox, so that every machine counts the same.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from exact_report import put_between
from report_parts import markdown_table

from numformats._atomic_file import write_text
from numformats.accelerator import ErrorCache
from numformats.hardware.accelerator import (
    BankedMemory,
    ErrorTiles,
    InOrder,
    Instruction,
    SystolicArray,
    Vacc,
    adder,
    multiplier,
    vcomp,
    vscale,
)

HERE = Path(__file__).resolve().parent
KEPT = HERE / "accelerator_metrics.json"
PAGE = HERE.parent / "docs" / "explanation" / "accelerator-as-device.md"
STREAM, DOT, SIDE = 1024, 1024, 64
ONE, ALPHA = 0x3F800000, 0x3E19999A  # 1 and 0.15 of binary32
HALF = 1 << 31


def philox(count, seed):
    """Words of 64 bits that NumPy promises not to change."""
    return np.random.Philox(key=[20, seed]).random_raw(count)


def floats(count, seed):
    """Codes of binary32 numbers of [1, 2) and their negatives."""
    words = philox(count, seed)
    return (0x3F800000 | words & 0x7FFFFF | (words >> 40 & 1) << 31).tolist()


def integers(shape, bits, seed):
    words = philox(int(np.prod(shape)), seed) >> (64 - bits)
    return (words.astype(np.int64) - (1 << (bits - 1))).reshape(shape)


# Units: the same work for each, as many operations as fit in.


def counted(unit, rows):
    """What a pipeline did with a stream."""
    results, done = len(unit.run(rows)), unit.activity
    return {
        "latency": unit.latency,
        "operations": results,
        "cycles": done.cycles,
        "stalls": done.stalls,
        "register_bits": unit.register_bits,
        "bits_in": results * sum(unit.operands.values()),
        "bits_out": results * next(iter(unit.stages[-1].widths.values())),
        "bits_written": done.bits_written,
    }


def units():
    a, b = floats(STREAM, 1), floats(STREAM, 2)
    pairs = [{"a": x, "b": y} for x, y in zip(a, b, strict=True)]
    given_back = [{"n": x, "m": y, "alpha": ALPHA} for x, y in zip(a, b, strict=True)]
    products = [p | {"d": 0} for p in pairs]
    return {
        "adder of mlu32": counted(adder("mlu32"), pairs),
        "adder of binary32": counted(adder("binary32"), pairs),
        "multiplier of mlu32": counted(multiplier("mlu32"), pairs),
        "multiplier of binary32": counted(multiplier("binary32"), pairs),
        "VCOMP of binary32, fused": counted(vcomp("binary32"), given_back),
        "VCOMP of binary32, rounded twice": counted(vcomp("binary32", fused=False), given_back),
        "VSCALE of 32 bits": counted(vscale(32), pairs),
        "VACC of 32 and 64 bits, forwarding": counted(Vacc(), products),
        "VACC of 32 and 64 bits, interlock": counted(Vacc(hazards="interlock"), products),
    }


# Workloads.


def matrix_products():
    """64 x 64 times 64 x 64 of 8 bits, sums of 32, on four arrays."""
    a, b = integers((SIDE, SIDE), 8, 3), integers((SIDE, SIDE), 8, 4)
    found = {}
    for side in (8, 16):
        for dataflow in ("output", "weight"):
            unit = SystolicArray(side, side, 8, 32, dataflow=dataflow)
            assert (unit.multiply(a, b) == a @ b).all()
            assert unit.activity.cycles == unit.cycles(SIDE, SIDE, SIDE)
            found[f"{side} x {side}, {dataflow}-stationary"] = vars(unit.activity) | {
                "utilisation": round(unit.utilisation, 4), "register_bits": unit.register_bits,
            }  # fmt: skip
    return found


def float_dot(partial, forwarding):
    """Products by the multiplier, then a chain of sums by the adder, in so many partial sums."""
    products = multiplier("mlu32")
    words = zip(floats(DOT, 5), floats(DOT, 6), strict=True)
    registers = [r["code"] for r in products.run({"a": x, "b": y} for x, y in words)]
    machine = InOrder(adder("mlu32"), "code", [*registers, *[0] * partial], forwarding=forwarding)
    program = [Instruction(DOT + i % partial, {"a": DOT + i % partial, "b": i}) for i in range(DOT)]
    while partial > 1:  # halves of the partial sums
        program += [
            Instruction(DOT + i, {"a": DOT + i, "b": DOT + partial - 1 - i})
            for i in range(partial // 2)
        ]
        partial -= partial // 2
    cycles = machine.run(program)
    return {"operations": DOT + len(program), "cycles": products.latency + cycles, "waited": machine.waited,
            "bits_written": products.activity.bits_written + machine.unit.activity.bits_written,
            "result": machine.registers[DOT]}  # fmt: skip


def integer_dot(accumulators, hazards):
    unit = Vacc(16, 64, accumulators=accumulators, hazards=hazards)
    a, b = integers((DOT,), 16, 7), integers((DOT,), 16, 8)
    unit.run({"a": int(x) & 0xFFFF, "b": int(y) & 0xFFFF, "d": i % accumulators}
             for i, (x, y) in enumerate(zip(a, b, strict=True)))  # fmt: skip
    assert sum(unit.accumulators) % 2**64 == int(a @ b) % 2**64
    return {"operations": DOT, "cycles": unit.activity.cycles, "waited": unit.activity.stalls,
            "bits_written": unit.activity.bits_written}  # fmt: skip


def dots():
    """A dot product of 1024."""
    return {
        "mlu32, one sum, results through registers": float_dot(1, False),
        "mlu32, one sum, forwarding": float_dot(1, True),
        "mlu32, eight partial sums, forwarding": float_dot(8, True),
        "VACC of 16 and 64 bits, one accumulator, interlock": integer_dot(1, "interlock"),
        "VACC of 16 and 64 bits, three accumulators, interlock": integer_dot(3, "interlock"),
        "VACC of 16 and 64 bits, one accumulator, forwarding": integer_dot(1, "forward"),
    }


def compensated_update():
    """A layer of 64 x 64 in mlu32: y = w + (u + e), and the new error e = (u + e) - (y - w).

    Returns the codes of y and e, and what each unit did.
    """
    n = SIDE * SIDE
    w, u = floats(n, 9), [c - (8 << 23) for c in floats(n, 10)]
    tiles, compensate = ErrorTiles(), vcomp("mlu32")
    sums = [adder("mlu32") for _ in range(3)]
    e = tiles.read_comp("layer", n)
    v = [
        r["code"]
        for r in compensate.run({"n": x, "m": y, "alpha": ONE} for x, y in zip(u, e, strict=True))
    ]

    def added(unit, a, b, sign=0):
        rows = ({"a": x, "b": y ^ sign} for x, y in zip(a, b, strict=True))
        return [r["code"] for r in unit.run(rows)]

    y = added(sums[0], w, v)
    moved = added(sums[1], y, w, HALF)
    tiles.write_error("layer", added(sums[2], v, moved, HALF))
    pipelines = [compensate, *sums]
    return y, tiles, {
        "operations": 4 * n,
        "unit_cycles": sum(p.activity.cycles for p in pipelines),
        "bits_written": sum(p.activity.bits_written for p in pipelines),
        "cache_cycles": tiles.memory.cycles,
        "cache_conflicts": tiles.memory.conflicts,
        "cache_bits": tiles.memory.bits_moved,
        "misses": tiles.misses,
    }  # fmt: skip


def patterns():
    """Groups of 32 accesses to the error cache, by name."""
    cache = ErrorCache()
    found = {f"stride {2**k}": 2**k * np.arange(32) for k in range(11) if 31 * 2**k < cache.errors}
    found |= {f"stride {s}": s * np.arange(32) for s in (3, 12, 68, 132)}
    found["rows of a 64 x 64 tile"] = cache.tile(SIDE, SIDE)
    found["columns of a 64 x 64 tile"] = cache.tile(SIDE, SIDE, order="columns")
    found["columns, rows of 68"] = cache.tile(SIDE, SIDE, pitch=68, order="columns")
    found["random errors"] = (philox(SIDE * SIDE, 11) % cache.errors).astype(np.int64)
    return found


def banks():
    found = {}
    for name, errors in patterns().items():
        memory = BankedMemory()
        for i in range(0, len(errors), 32):
            memory.read(errors[i : i + 32].tolist())
        assert memory.traffic == ErrorCache().traffic(errors)
        found[name] = memory.traffic._asdict() | {"bits_moved": memory.bits_moved}
    return found


def record():
    return {
        "units": units(),
        "products": matrix_products(),
        "dots": dots(),
        "update": {"64 x 64 weights": compensated_update()[2]},
        "banks": banks(),
    }


COLUMNS = {
    "units": ["latency", "operations", "cycles", "stalls", "register_bits", "bits_in", "bits_out", "bits_written"],
    "products": ["cycles", "macs", "utilisation", "register_bits", "bits_in", "bits_out", "bits_between"],
    "dots": ["operations", "cycles", "waited", "bits_written"],
    "update": ["operations", "unit_cycles", "bits_written", "cache_cycles", "cache_conflicts", "cache_bits", "misses"],
    "banks": ["accesses", "groups", "cycles", "conflicts", "bits_moved"],
}  # fmt: skip
TITLES = {
    "units": f"unit, {STREAM} operations",
    "products": "64 x 64 x 64",
    "dots": f"dot product of {DOT}",
    "update": "compensated update",
    "banks": "accesses, 32 at a time",
}


def table(found, part):
    head = [TITLES[part], *(c.replace("_", " ") for c in COLUMNS[part])]
    rows = ([name, *(f"{row[c]:,}" for c in COLUMNS[part])] for name, row in found[part].items())
    return markdown_table(head, rows)


def write_docs(path=KEPT, page=PAGE):
    found = json.loads(path.read_text())
    for part in COLUMNS:
        put_between(page, table(found, part), f"<!-- begin {part} -->", f"<!-- end {part} -->")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", action="store_true", help="rewrite the page from what is kept")
    parser.add_argument("--json", type=Path, default=KEPT, metavar="FILE")
    options = parser.parse_args(arguments)
    if options.docs:
        write_docs(options.json)
        return 0
    found = record()
    write_text(options.json, json.dumps(found, indent=1) + "\n")
    for part in COLUMNS:
        print(table(found, part), end="\n\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
