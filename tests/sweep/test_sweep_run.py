# SPDX-License-Identifier: BSD-3-Clause
"""Is the result the same for any workers, after kill -9 of any of them, and after Ctrl-C?"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interrupts import as_in_a_terminal
from numformats.analysis.workload import find_function
from numformats.sweep import SweepError, pairs, run, study

# Each call tells who runs it; results do not depend on that.
SCRIPT = """
import os, pathlib, time

def slow(i, folder, seconds):
    pathlib.Path(folder, f"{i}-{os.getpid()}").touch()
    time.sleep(seconds)
    return i / 3, i * 0.1
"""
POINTS = 24


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


def is_alive(pid):
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


# Deaths are read from /proc.
processes = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


class Study:
    """The command `sweep study` of a function that is slow, in processes that may be killed."""

    def __init__(self, tmp_path, seconds):
        self.folder, self.checkpoint = tmp_path / "calls", tmp_path / "checkpoint"
        self.json, self.script = tmp_path / "figures.json", tmp_path / "slow.py"
        self.folder.mkdir()
        self.script.write_text(SCRIPT)
        self.seconds = seconds

    def start(self, workers):
        command = [
            sys.executable, "-m", "numformats", "sweep", "study", f"{self.script}:slow",
            "--param", f"i=0:{POINTS - 1}:{POINTS}", "--param", f"folder={self.folder}",
            "--param", f"seconds={self.seconds}", "--workers", str(workers),
            "--checkpoint", str(self.checkpoint), "--json", str(self.json),
        ]  # fmt: skip
        with as_in_a_terminal():
            return subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
            )  # fmt: skip

    def calls(self):
        return [tuple(map(float, p.name.split("-"))) for p in self.folder.iterdir()]

    def pids(self):
        return {int(pid) for _, pid in self.calls()}

    def done(self):
        path = self.checkpoint / "journal.jsonl"
        return path.read_text().count('"chunk"') if path.exists() else 0

    def figures(self):
        return json.loads(self.json.read_text())["sweeps"][0]

    def expected(self):
        """What one process computes, in order."""
        points = {
            "i": [float(i) for i in range(POINTS)], "folder": [str(self.folder)], "seconds": [self.seconds]
        }  # fmt: skip
        plan = study(find_function(f"{self.script}:slow"), points)
        return plan.summary({n: plan.task(n)() for n in range(plan.chunks)})["digest"]


@processes
def test_kill_9_of_workers_and_client_and_ctrl_c_lose_nothing(tmp_path):
    work = Study(tmp_path, 0.25)
    # two workers, one of which is killed; then the client
    client = work.start(2)
    with client:
        wait_for(lambda: len(work.pids()) == 2)
        killed = min(work.pids())
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: work.done() >= 5)
        before, done = work.pids(), work.done()
        client.kill()
    wait_for(lambda: not any(map(is_alive, before)))  # workers do not outlive their client
    assert len(before) >= 2
    assert 5 <= done < POINTS
    # one worker goes on, until Ctrl-C
    client = work.start(1)
    with client:
        wait_for(lambda: len(work.pids()) > len(before))
        wait_for(lambda: work.done() > done)
        os.killpg(client.pid, signal.SIGINT)  # as a terminal does: to all of them
        out, err = client.communicate(timeout=60)
    assert (client.returncode, out) == (130, "")
    assert "the same command goes on" in err
    assert err.endswith("numformats: interrupted\n")
    assert err.count("\n") == 2
    assert done < work.done() < POINTS
    assert not any(map(is_alive, work.pids()))
    # three do the rest
    repeated = len(work.calls())
    client = work.start(3)
    with client:
        out, err = client.communicate(timeout=120)
    assert client.returncode == 0, err
    assert f"{POINTS} points, 0 failed" in out
    assert work.figures()["digest"] == work.expected()
    assert repeated < POINTS + 6  # what was done was not done again


@processes
def test_ctrl_c_does_not_wait_for_a_long_call(tmp_path):
    work = Study(tmp_path, 600)
    client = work.start(1)
    with client:
        wait_for(work.pids)
        os.killpg(client.pid, signal.SIGINT)
        client.communicate(timeout=60)
    assert client.returncode == 130
    wait_for(lambda: not any(map(is_alive, work.pids())))


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """A Dask scheduler on a free port; yields its address, and what starts so many workers."""
    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    place = ["--scheduler-file", str(file)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": file.parent}
    with contextlib.ExitStack() as stack:

        def start(kind, *options):
            command = [sys.executable, "-m", "dask", kind, *place, "--no-dashboard", *options]
            child = stack.enter_context(subprocess.Popen(command, **quiet))
            stack.callback(child.kill)

        start("scheduler", "--port", "0", "--host", "127.0.0.1")
        wait_for(lambda: file.exists() and file.stat().st_size)
        address = json.loads(file.read_text())["address"]
        started = []

        def workers(wanted):
            while len(started) < wanted:
                start("worker", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
                started.append(wanted)

        yield address, workers


def test_a_scheduler_by_address_with_1_2_3_workers(scheduler, monkeypatch):
    import distributed

    address, workers = scheduler
    plan = pairs("posit8", "mul")
    expected = plan.summary({n: plan.task(n)() for n in range(plan.chunks)})
    monkeypatch.setattr("numformats.sweep.cluster.PATIENCE", 0.5)
    with pytest.raises(SweepError, match=f"the Dask scheduler at {address} has no worker"):
        run(plan, scheduler=address)
    monkeypatch.undo()
    told = []
    for wanted in (1, 2, 3):
        workers(wanted)
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(wanted, timeout=120)
        result = run(plan, scheduler=address, told=lambda *x: told.append(x))
        assert result.summary == expected
        assert result.right
        assert told == [(n, 16) for n in range(17)]
        told.clear()
    # the scheduler and its workers are still there, with another plan
    other = run(study(divmod_of, {"a": [7, -7], "b": [2]}), scheduler=address)
    assert [r["result0"] for r in other.plan.rows(other.done)] == [3, -4]


def divmod_of(a, b):
    return divmod(a, b)


def test_a_part_now_and_the_rest_later(scheduler, tmp_path):
    """A checkpoint of a sample, then of all: what is done is not done again."""
    address, workers = scheduler
    workers(1)
    plan = pairs("float8_e5m2", "add")
    part = run(plan, scheduler=address, checkpoint=tmp_path, sample=0.25)
    assert (part.summary["items"], part.resumed) == (4 * 2**12, 0)
    whole = run(plan, scheduler=address, checkpoint=tmp_path)
    assert (whole.summary["items"], whole.resumed) == (2**16, 4)
    again = run(plan, checkpoint=tmp_path)  # all is there: no worker is needed
    assert again.resumed == 16
    assert again.summary == whole.summary
    assert again.to_dict() == whole.to_dict()


def test_a_chunk_that_cannot_be_done_is_told(scheduler, monkeypatch):
    address, workers = scheduler
    workers(1)
    plan = pairs("posit8", "add")
    monkeypatch.setattr(type(plan), "task", lambda _, number: functools.partial(divmod, number, 0))
    with pytest.raises(
        SweepError, match="chunk [0-9]+ of add of all pairs of posit8 failed: ZeroDivisionError"
    ):
        run(plan, scheduler=address)


def test_a_worker_of_another_build_is_refused(scheduler, monkeypatch):
    address, workers = scheduler
    workers(1)
    monkeypatch.setattr(sys.modules["numformats.sweep.run"], "build", lambda: "0" * 32)
    with pytest.raises(SweepError, match="a worker has another build of numformats"):
        run(pairs("posit8", "add"), scheduler=address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "tcp://127.0.0.1"])
def test_no_scheduler_there(address, monkeypatch):
    monkeypatch.setattr("numformats.sweep.cluster.PATIENCE", 1)
    with pytest.raises(SweepError, match=f"no Dask scheduler answers at {address}: "):
        run(pairs("posit8", "add"), scheduler=address)


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SweepError, match=r"needs Dask: pip install 'numformats\[sweep\]'"):
        run(pairs("posit8", "add"))
    with pytest.raises(SweepError, match=r"needs Dask: pip install 'numformats\[sweep\]'"):
        study(divmod_of, {"a": [1], "b": [1]})


def test_workers_that_cannot_be():
    with pytest.raises(SweepError, match="workers 0: must be at least 1"):
        run(pairs("posit8", "add"), workers=0)
