# SPDX-License-Identifier: BSD-3-Clause
"""How do jobs run: each in a process of its own, so many at a time, and none left behind?

A worker is forked from a process that has parsed the core.  It leads a process group of its own, so
that Ctrl-C reaches the parent alone, which kills the group: solvers and compilers go with it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import tempfile
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from proofs.claim import UNKNOWN, Outcome

if TYPE_CHECKING:
    from proofs.jobs import Job

FORK = multiprocessing.get_context("fork")
PATIENCE = 10  # a worker that takes so many times the limit of a query is stuck
TICK = 0.2  # seconds


@dataclass
class Worker:
    job: Job
    process: multiprocessing.Process
    pipe: Connection
    ends: float  # monotonic seconds at which it is stuck

    def outcome(self):
        """What it has sent, or how it ended without a word."""
        try:
            return self.pipe.recv()
        except EOFError:
            self.process.join()
            code = self.process.exitcode
            how = f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
            return Outcome(UNKNOWN, why=f"the process ended by {how}", broken=True)

    def end(self):
        """Kill it, and all that it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.pipe.close()


def run(jobs, checkout, *, processes=2, seconds=None, until=None, idle=lambda _running: None):
    """Yield (job, Outcome) as they end; `idle` is told which jobs run, several times a second.

    `seconds` replaces the limit of every query.  No job starts when monotonic time is past `until`.
    """
    waiting, running = list(reversed(jobs)), []
    with tempfile.TemporaryDirectory(prefix="proofs-") as folder:
        try:
            while running or waiting:
                late = until is not None and time.monotonic() > until
                while waiting and not late and len(running) < processes:
                    job = waiting.pop()
                    running.append(start(job, checkout, seconds or job.limit, folder))
                if not running:
                    return
                ready = wait([worker.pipe for worker in running], TICK)
                idle([worker.job for worker in running])
                for worker in list(running):
                    stuck = time.monotonic() > worker.ends
                    if worker.pipe in ready or stuck:
                        outcome = (
                            worker.outcome()
                            if worker.pipe in ready
                            else Outcome(UNKNOWN, why="stuck: it went on long after its limit")
                        )
                        worker.end()
                        running.remove(worker)
                        yield worker.job, outcome
        finally:
            for worker in running:
                worker.end()


def start(job, checkout, seconds, folder):
    """A worker; its temporary files are below `folder`, which outlives it."""
    ours, its = FORK.Pipe(duplex=False)
    process = FORK.Process(target=work, args=(job, checkout, seconds, folder, its), daemon=True)
    process.start()
    its.close()
    return Worker(job, process, ours, time.monotonic() + PATIENCE * seconds)


def work(job, checkout, seconds, folder, pipe):
    """What a worker does: prove, and send the outcome with the CPU seconds that it took."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    tempfile.tempdir = folder
    try:
        outcome = job.prove(checkout, seconds)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{os.path.relpath(last.filename)}:{last.lineno}"
        why = f"{type(error).__name__}: {error} ({place})"
        outcome = Outcome(UNKNOWN, why=why, broken=True)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    outcome.seconds = sum(u.ru_utime + u.ru_stime for u in used)
    pipe.send(outcome)
    pipe.close()
