# SPDX-License-Identifier: BSD-3-Clause
"""Does Ctrl-C end every kind of long call, leave nothing behind, and does work go on without threads?

Each call takes seconds by itself; a child process gets the signal soon after its start.
"""

import subprocess
import sys

import numpy as np
import pytest

import numformats as nf
from numformats import threads

CHILD = """
import os, signal, subprocess, sys
import numpy as np, numformats as nf, numformats.linalg
# a suite in a shell's background ignores SIGINT, and so would its children
signal.signal(signal.SIGINT, signal.default_int_handler)
T = getattr(nf, sys.argv[1])
def square(n):
    return np.broadcast_to(np.linspace(0.1, 3, n).astype(T), (n, n))
def line(n):
    return np.resize(np.linspace(0.1, 3, 1000).astype(T), n)
exec(sys.argv[2])
exec(f"def call():\\n    {sys.argv[3]}")  # exec itself would note an interrupt
# another process, as a thread would wait for the GIL
subprocess.Popen(["sh", "-c", f"sleep 0.2; kill -INT {os.getpid()}"])
try:
    call()
except KeyboardInterrupt:
    print("interrupted")
else:
    print("finished")
x = np.arange(1, 10).astype(nf.posit32).reshape(3, 3)
assert (x @ x).tolist() == nf.matmul(x, x, accumulate="pairwise").tolist() == [
    [30, 36, 42], [66, 81, 96], [102, 126, 150]]
assert (line(70000) / 1 == line(70000)).all() and np.sort(x[0]).tolist() == [1, 2, 3]
"""
CASES = {
    "add": ("posit64", "a = line(4 * 10**6)", "for _ in range(99): a / a"),
    "one call": ("posit64", "a = line(10**8)", "a / a"),
    "threads": ("posit64", "nf.set_num_threads(3); a = line(2 * 10**8)", "a / a"),
    "recurrence": ("posit64", "a = line(10**8)", "np.cumsum(a)"),
    "reduction": ("posit64", "a = line(12 * 10**7)", "np.add.reduce(a)"),
    "function": ("posit64", "a = line(4 * 10**7)", "np.arctan(a)"),
    "power": ("posit64", "a = line(10**6); k = np.arange(10**6).astype('u8')", "np.power(a, k)"),
    "cast": ("posit64", "a = line(9 * 10**7)", "a.astype(nf.takum_linear64)"),
    "text": ("posit64", "a = line(3 * 10**6)", "a.astype('U30')"),
    "list": ("posit32", "a = [0.1] * (4 * 10**7)", "np.array(a, T)"),
    "sort": ("posit64", "a = line(4 * 10**7)", "np.argsort(a)"),
    "quantize": ("posit64", "a = np.full(10**8, 0.1)", "nf.quantize(a, T)"),
    "matmul": ("posit64", "a = square(900)", "a @ a"),
    "slices": ("posit32", "a = np.array(square(3000))", "a @ a"),
    "mixed": ("posit64", "a = square(900)", "nf.matmul(a, a, dtype=nf.takum_linear64)"),
    "several": ("posit64", "nf.set_num_threads(3); a = square(900)", "nf.matmul(a, a)"),
    "dot": ("posit64", "a = square(700)", "np.dot(a, a)"),
    "sums": ("posit64", "a = np.broadcast_to(line(10**6), (300, 10**6))", "nf.fsum(a, axis=1)"),
    "model": ("posit64", "a = square(500)", "nf.matmul(a, a, accumulate='sequential')"),
    "lanes": ("bfloat16", "a = square(2500)", "nf.matmul(a, a, accumulate=('aligned', 24))"),
    "solve": ("posit64", "a = square(600) + np.eye(600).astype(T)", "nf.linalg.inv(a)"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_ctrl_c(case):
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD, *case], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout == "interrupted\n"


HANDLER = """
import signal, numpy as np, numformats as nf
seen = []
def handler(number, frame):
    seen.append(nf.matmul(np.ones((3, 3), nf.posit16), np.ones((3, 3), nf.posit16)).sum())
    if len(seen) == 3:
        raise LookupError("enough")
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
a = np.full((1000, 1000), 1.5, nf.posit64)
try:
    a @ a
except LookupError as error:
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(error, [float(x) for x in seen])
"""


def test_handlers_run_during_a_call_which_goes_on_unless_they_raise():
    run = subprocess.run(
        [sys.executable, "-c", HANDLER], capture_output=True, text=True, check=False
    )
    assert run.stdout == "enough [27.0, 27.0, 27.0]\n", run.stderr


# No room for the stack of a thread: neither Python nor the pool in C gets one.
NO_THREADS = """
import resource, threading, numpy as np, numformats as nf
a = np.resize(np.linspace(-2, 3, 999).astype(nf.posit64), (340, 340))
b = np.resize(a, 200_000)
product, quotient = a @ a, b / (b + 1)
out, second = np.empty_like(b), b + 1
nf.set_num_threads(4)
with open("/proc/self/statm") as f:
    size = int(f.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 7 * 2**20,) * 2)
try:
    threading.Thread(target=print).start()
except RuntimeError:
    print("no thread")
np.divide(b, second, out=out)
assert (out == quotient).all() and (nf.matmul(a, a) == product).all()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_without_threads_one_does_the_work():
    run = subprocess.run(
        [sys.executable, "-c", NO_THREADS], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "no thread\n"


def test_helpers_that_do_not_start(monkeypatch):
    started = []

    def start(thread):
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        thread.run()

    monkeypatch.setattr("threading.Thread.start", start)
    monkeypatch.setattr("threading.Thread.join", lambda _: None)
    done = []
    threads.run(done.append, range(7))
    assert sorted(done) == list(range(7))


def test_an_error_in_a_helper_or_here_is_raised():
    def task(x):
        if x == 5:
            raise LookupError(x)

    with pytest.raises(LookupError):
        threads.run(task, range(6))
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        threads.run(lambda x: np.sqrt(np.array([x], nf.posit16)), [1.0, 4.0, -1.0])
