# SPDX-License-Identifier: BSD-3-Clause
"""Does a program that answers get its answers through, and one that does not a clear error?"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from numformats.hardware import Cases, DeviceError, operation, run_device

ADD = operation("posit16", "add")
ROWS = 3000

# A device of its own: it adds the codes, which is enough to see them come back.
ANSWER = """
import sys
def answer(line):
    x, y = (int(t, 16) for t in line.split())
    return f"{x:04X} {y:04X} {(x + y) & 65535:04X} 01"
"""
EACH = ANSWER + "for line in sys.stdin: print(answer(line))"
AT_THE_END = ANSWER + "print(*map(answer, sys.stdin.readlines()), sep='\\n')"


def batches(rows=ROWS, count=3):
    rng = np.random.default_rng(3)
    for _ in range(count):
        yield Cases(tuple(rng.integers(0, 1 << 16, rows).astype("u2") for _ in range(2)))


def run(script, *, cases=None, timeout=20.0):
    cases = batches() if cases is None else cases
    return list(run_device([sys.executable, "-c", script], ADD, cases, timeout=timeout))


def refused(script, **options):
    """The error's text, and that no process of ours is left."""
    begin = time.monotonic()
    with pytest.raises(DeviceError) as caught:
        run(script, **options)
    assert time.monotonic() - begin < 15
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return str(caught.value)


@pytest.mark.parametrize(
    "script", [EACH, AT_THE_END, EACH.replace("answer(line))", "answer(line), flush=True)")]
)
def test_answers_come_in_order(script):
    found = run(script)
    asked = list(batches())
    for i in range(2):
        column = np.concatenate([b.operands[i] for b in found])
        assert np.array_equal(column, np.concatenate([b.operands[i] for b in asked]))
    results = np.concatenate([b.results for b in found])
    assert np.array_equal(results, np.concatenate([b.operands[0] + b.operands[1] for b in asked]))
    assert {int(f) for b in found for f in b.flags} == {1}
    assert np.concatenate([b.lines for b in found]).tolist() == [*range(1, 3 * ROWS + 1)]


def test_pipes_that_are_full_block_nobody():
    # More than a pipe holds goes both ways, and stderr is flooded, too.
    script = (
        ANSWER + "for line in sys.stdin: print(answer(line)); print('x' * 200, file=sys.stderr)"
    )
    assert sum(map(len, run(script, cases=batches(20_000, 2)))) == 40_000


def test_a_command_line_is_taken_apart():
    one = Cases((np.array([1], "u2"), np.array([2], "u2")))
    [found] = run_device("sed 's/$/ 0003/'", ADD, [one])
    assert found.results.tolist() == [3]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("import time; time.sleep(60)", "neither read nor answered for 2 seconds, after 0 answers"),
        ("import sys, time; sys.stdin.read(); time.sleep(60)", "neither read nor answered for 2 sec"),
        (EACH + "\nsys.stdout.flush(); import time; time.sleep(60)", "after 9000 answers to 9000"),
        (EACH + "\nsys.stdout.flush(); import os, time; os.close(1); time.sleep(60)",
         "closed its output and did not end in 2 seconds"),
        ("import sys\nwhile True: sys.stderr.write('no\\n' * 999)", "it wrote: no | no | no"),
    ],
)  # fmt: skip
def test_one_that_hangs_is_killed(script, text):
    assert text in refused(script, timeout=2.0)


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("import sys; sys.exit('out of luck')", "ended with exit status 1 after 0 answers to "),
        ("import sys; sys.exit('out of luck')", "; it wrote: out of luck"),
        ("import os; os.kill(os.getpid(), 11)", "ended with signal 11 (SIGSEGV) after 0 answers"),
        (EACH + "\nsys.stdout.flush(); sys.exit(3)", "exit status 3 after 9000 answers to 9000 cases"),
        ("", "ended with exit status 0 after 0 answers"),
        (ANSWER + "for i in range(7): print(answer(sys.stdin.readline()))", "after 7 answers to"),
        (EACH + "\nprint(answer('1 2'))", "answered too much: 9001 lines to 9000 cases"),
        (ANSWER + "while True: print(answer('1 2'))", "it has the operands 0001 0002, asked were"),
        (EACH + "\nprint('bye')", "bad answer: line 9001: 'bye': 1 field; the lines before have 4"),
        ("import sys\nwhile True: sys.stdout.write('x' * 999)", "longer than 4096 bytes"),
        (ANSWER + "print(*map(answer, sys.stdin.readlines()[::-1]), sep='\\n')",
         "answered something else, line 1: it has the operands"),
        ("import sys; a = sys.stdin.readline().split(); print(*a[::-1], '0000')",
         "answered something else, line 1: it has the operands"),
    ],
)  # fmt: skip
def test_one_that_errs_says_how(script, text):
    assert text in refused(script)


def test_one_that_is_not_there():
    with pytest.raises(DeviceError, match="'/no/such/device': No such file"):
        list(run_device("/no/such/device --fast", ADD, batches()))
    with pytest.raises(ValueError, match="the command of the device is empty"):
        run_device("", ADD, batches())
    with pytest.raises(ValueError, match="timeout=0; allowed: a positive number of seconds"):
        run_device("cat", ADD, batches(), timeout=0)


def test_children_die_with_it():
    script = "import subprocess, sys\nsubprocess.Popen(['sleep', '977'])\nsys.exit('gone')"
    assert "closed" in refused("import os, subprocess\nsubprocess.Popen(['sleep', '977'], stdout=2)\n"
                               "os.close(1)\nimport time; time.sleep(9)", timeout=1.0)  # fmt: skip
    # This child holds the output open after the device's death.
    assert "neither read nor answered" in refused(script, timeout=1.0)
    time.sleep(0.1)
    assert not [p for p in _commands() if "977" in p]


def _commands():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_text()


def test_one_that_is_left_early_is_dead():
    answers = run_device([sys.executable, "-c", EACH], ADD, batches(count=1000))
    next(answers)
    answers.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_an_interrupt_is_quick():
    timer = threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run("import time; time.sleep(60)")
    assert time.monotonic() - begin < 5
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_cases_are_taken_when_they_are_needed():
    # An endless supply: what the caller does not want is not asked.
    endless = (batch for _ in iter(int, 1) for batch in batches(count=1))
    found = run_device([sys.executable, "-c", EACH], ADD, endless)
    assert sum(map(len, islice(found, 2))) > 0
    found.close()
