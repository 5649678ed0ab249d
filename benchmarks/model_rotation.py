# SPDX-License-Identifier: BSD-3-Clause
"""Does a reader ever answer by a bad version: while models are swapped, publishers die, records are forged?

    python benchmarks/model_rotation.py                       10,000 swaps, 200 kills, 8 readers; minutes
    python benchmarks/model_rotation.py --quick --json a.json      seconds
    python benchmarks/model_rotation.py --docs                     table of the docs from the record

Three parts.  swaps: one process, threads that read while the model is exchanged.  kills: processes that
read a store while publishers are killed (SIGKILL) at random moments; each answer is compared with the
bits that the signed record certifies, and after each kill somebody puts forged records into the store.
times: of publishing, verifying, swapping.  A part that the JSON file has is not measured again.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from exact_report import HERE, put_between
from recorded import Recorded, options_of, path_of

import numformats as nf
from numformats._atomic_file import write_text
from numformats.training import Linear, ReLU, Sequential
from numformats.training.versions import (
    Follower,
    Record,
    Rotation,
    Served,
    SigningKey,
    VersionRefusedError,
    VersionStore,
    load_version,
)

RECORD = HERE / "model_rotation.json"
DOCS = HERE.parent / "docs" / "explanation" / "model-versions.md"
PROBES = np.random.default_rng(1).normal(size=(4, 16))
FORGERIES = ("edited", "truncated", "replayed", "wrong key")


def model(number: int) -> Sequential:
    """A perceptron in posit16 that differs from number to number."""
    layers = [
        Linear(16, 32, dtype=nf.posit16, seed=1),
        ReLU(),
        Linear(32, 10, dtype=nf.posit16, seed=2),
    ]
    net = Sequential(*layers)
    net.parameters()["2.bias"][:] = number % 512
    return net


# ---- swaps in one process ------------------------------------------------------------------------


def swaps(count: int, readers: int) -> dict[str, Any]:
    """Threads read as fast as they can; a bad read mixes two versions or goes back in time."""
    rotation, done, found = Rotation(Served(model(1), 1)), threading.Event(), []

    def read() -> None:
        reads = bad = last = 0
        longest = 0.0
        while not done.is_set() or not reads:
            began = time.perf_counter()
            served = rotation.current
            longest = max(longest, time.perf_counter() - began)
            bias = {int(b) for b in served.parameters()["2.bias"]}
            bad += bias != {served.version % 512} or served.version < last
            last, reads = served.version, reads + 1
        found.append((reads, bad, longest))

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        for number in range(2, count + 2):
            rotation.swap(Served(model(number), number))
    finally:  # Ctrl-C, too
        done.set()
        for thread in threads:
            thread.join()
    return {"swaps": count, "readers": readers, "reads": sum(f[0] for f in found),
            "bad": sum(f[1] for f in found), "longest_ms": round(1e3 * max(f[2] for f in found), 3)}  # fmt: skip


# ---- publishers that die -------------------------------------------------------------------------


def fork(work: Any, *arguments: Any) -> tuple[int, int]:
    """A child that does the work and writes what it gives to a pipe: its number and the pipe."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        status = 1
        try:
            work(writing, *arguments)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    return pid, reading


def publish_until_killed(pipe: int, folder: str, key: SigningKey) -> None:
    store = VersionStore(folder, key.public)
    for number in range(10**9):
        net = model(number)
        if number == 0:
            os.write(pipe, b"!")
        store.publish(net, key, probes=PROBES)


def read_until(pipe: int, folder: str, key: SigningKey, stop: str) -> None:
    store, found = VersionStore(folder, key.public), Counter()
    follower = Follower(store, model(0))
    while not Path(stop).exists():
        before = follower.current
        try:
            follower.refresh()
        except VersionRefusedError as error:
            found[f"refused {error.reason}"] += 1
            found["bad"] += follower.current is not before
        served = follower.current
        bits = served.record.fields["certificate"]["probes"]["bits"]
        answers = nf.to_bits(np.asarray(served(PROBES))).astype("<u2").tobytes().hex()
        found["bad"] += answers != bits or served.version < before.version
        found["reads"] += 1
        found["swaps"] += served is not before
        time.sleep(0.003)
    os.write(pipe, json.dumps(found).encode())


def forge(store: VersionStore, kind: str, key: SigningKey, thief: SigningKey) -> None:
    """Put a forged next version into the store for a moment."""
    last = store.newest()
    record = store.record(last)
    fields = {**record.fields, "version": last + 1, "parent": record.digest}
    signed = Record.signed(fields, thief if kind == "wrong key" else key).file
    file = {
        "edited": signed.replace(b'"posit16"', b'"posit32"'),
        "truncated": signed[:-20],
        "replayed": record.file,
        "wrong key": signed,
    }[kind]
    path = store.folder / f"{last + 1:08}.record"
    write_text(path, file.decode())
    time.sleep(0.03)
    path.unlink()


def kills(count: int, readers: int, seed: int = 7) -> dict[str, Any]:
    """Publishers are killed at random moments; who reads must never answer by a bad version."""
    moments = random.Random(seed)  # noqa: S311 - moments, no secrets
    with tempfile.TemporaryDirectory() as folder:
        key, thief = SigningKey.generate(), SigningKey.generate()
        store = VersionStore(Path(folder) / "store", key.public)
        store.publish(model(0), key, probes=PROBES)
        stop = str(Path(folder) / "stop")
        living = [fork(read_until, str(store.folder), key, stop) for _ in range(readers)]
        leftovers = 0
        try:
            for number in range(count):
                pid, pipe = fork(publish_until_killed, str(store.folder), key)
                try:
                    select.select([pipe], [], [], 60)
                    time.sleep(moments.uniform(0, 0.25))
                finally:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    os.close(pipe)
                leftovers += len(list(store.folder.rglob("*.numformats-tmp")))
                forge(store, FORGERIES[number % len(FORGERIES)], key, thief)
        finally:
            Path(stop).touch()
            said = []
            for pid, pipe in living:
                with os.fdopen(pipe) as stream:
                    said.append(stream.read())
                os.waitpid(pid, 0)
        totals = sum((Counter(json.loads(s)) for s in said), Counter())
        chain = store.chain()
        for record in chain:  # each version is whole, however its publisher ended
            try:
                load_version(store, record, model(0))
            except VersionRefusedError:
                totals["bad"] += 1
    return {"kills": count, "readers": readers, "versions": len(chain), "reads": totals["reads"],
            "swaps": totals["swaps"], "bad": totals["bad"], "writes_cut_short": leftovers,
            "refused": {k[8:]: n for k, n in sorted(totals.items()) if k.startswith("refused")}}  # fmt: skip


# ---- times ---------------------------------------------------------------------------------------


def times(rounds: int) -> dict[str, float]:
    """Median milliseconds of each step, with a model of 874 parameters and 4 probes."""
    found: dict[str, list[float]] = {}

    def timed(name: str, call: Any) -> Any:
        began = time.perf_counter()
        result = call()
        found.setdefault(name, []).append(1e3 * (time.perf_counter() - began))
        return result

    with tempfile.TemporaryDirectory() as folder:
        key = SigningKey.generate()
        store = VersionStore(folder, key.public)
        store.publish(model(0), key, probes=PROBES)
        follower = Follower(store, model(0))
        for number in range(1, rounds + 1):
            net = model(number)
            timed(
                "publish, with four fsyncs",
                lambda net=net: store.publish(net, key, probes=PROBES),
            )
            timed("refresh: verify, recompute, swap", follower.refresh)
            timed("refresh: nothing new", follower.refresh)
            record = store.record(number)
            timed("verify a signature", lambda record=record: record.check_signature(store.keys))
            timed("sign a record", lambda record=record: key.sign(record.content))
        timed(f"verify a chain of {rounds + 1} records", store.chain)
    return {name: round(statistics.median(values), 3) for name, values in found.items()}


# ---- record and docs -----------------------------------------------------------------------------


def markdown(record: dict[str, Any]) -> str:
    s, k = record["swaps"], record["kills"]
    refused = ", ".join(f"{n:,} {reason}" for reason, n in k["refused"].items())
    swapped = f"{s['swaps']:,} swaps in one process, {s['readers']} reader threads"
    killed = f"{k['kills']:,} publishers killed, {k['readers']} reader processes, {k['versions']:,} versions"
    wait = f"longest wait for `current` {s['longest_ms']:g} ms"
    rows = [
        f"| {swapped} | {s['reads']:,} | **{s['bad']}** | {wait} |",
        f"| {killed} | {k['reads']:,} | **{k['bad']}** | writes cut short: {k['writes_cut_short']}; refused: {refused} |",
    ]
    lines = [f"{record['machine']}, {record['date']}, CPU level {record['level']}.", "",
             "| what happens | reads | bad | |", "| --- | ---: | ---: | --- |", *rows, "",
             "| step (874 parameters, 4 probes) | median, ms |", "| --- | ---: |"]  # fmt: skip
    lines += [f"| {name} | {value:g} |" for name, value in record["times"].items()]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = options_of(__doc__, RECORD, "500 swaps, 8 kills, 3 readers", seeds=None)
    parser.add_argument("--swaps", type=int, default=None)
    parser.add_argument("--kills", type=int, default=None)
    parser.add_argument("--readers", type=int, default=None)
    options = parser.parse_args(arguments)
    if options.docs:
        put_between(DOCS, markdown(json.loads(RECORD.read_text())))
        return 0
    counts = (500, 8, 3, 20) if options.quick else (10_000, 200, 8, 200)
    kept = Recorded(path_of(options, RECORD), {}, level=True)
    readers = options.readers or counts[2]
    parts = {
        "times": lambda: times(counts[3]),
        "swaps": lambda: swaps(options.swaps or counts[0], readers),
        "kills": lambda: kills(options.kills or counts[1], readers),
    }
    for name, measure in parts.items():
        kept.once(kept.record, name, measure)
        print(f"{name}: {kept.record[name]}", flush=True)
    return 1 if kept.record["swaps"]["bad"] or kept.record["kills"]["bad"] else 0


if __name__ == "__main__":
    sys.exit(main())
