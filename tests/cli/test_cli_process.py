# SPDX-License-Identifier: BSD-3-Clause
"""How does the command line end as a process: status, Ctrl-C, closed pipes?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys


def test_module_and_exit_status(tmp_path):
    script = tmp_path / "work.py"
    script.write_text("def f(x):\n    return x\n")
    command = [sys.executable, "-m", "numformats", "compare", f"{script}:nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_interrupt_is_clean(tmp_path):
    script = tmp_path / "slow.py"
    script.write_text(
        "import sys, time\nimport numpy as np\n"
        "def inputs(): return np.ones(2)\n"
        "def f(x):\n    print('running', flush=True)\n    time.sleep(60)\n    return x\n"
    )
    command = [sys.executable, "-m", "numformats", "compare", f"{script}:f", "-f", "posit8"]
    # a suite in a shell's background ignores SIGINT, and so would its children
    ours = signal.signal(signal.SIGINT, signal.SIG_DFL)
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, ours)
    with child:
        assert child.stdout.readline() == "running\n"
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert (child.returncode, out, err) == (130, "", "numformats: interrupted\n")


def test_a_closed_pipe_is_quiet():
    read, write_end = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "numformats", "formats"]
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write_end)
    assert done.stderr == ""
    assert done.returncode == 1
