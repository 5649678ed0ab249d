# SPDX-License-Identifier: BSD-3-Clause
"""Does python -m proofs.run stop when it is told to, with all that it has started?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from proofs.checkout import ROOT

HERE = """
import sys
sys.path.append(sys.argv[1])
import pathlib
from proofs import run, table
from proofs.toy_claims import CLAIMS
run.ROOT = pathlib.Path(sys.argv[2]); run.PATH = run.ROOT / "STATUS.json"
table.write = lambda: (run.ROOT / "table").touch()
run.claims = lambda: {claim.id: claim for claim in CLAIMS}
sys.exit(run.main(sys.argv[3:]))
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c(how, copy):
    """What was found is kept, all that was started has ended, within a second."""
    command = [sys.executable, "-P", "-c", HERE, str(ROOT), str(copy)]
    command += [
        "--checkout",
        str(copy),
        "--claim",
        "toy.seven",
        "--claim",
        "toy.sleeps",
        "--jobs",
        "2",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert [child.stdout.readline().split(": ")[1][:6] for _ in range(2)] == ["proved"] * 2
        workers = children(child.pid)
        sleeping = [one for worker in workers for one in children(worker)]
        assert sleeping
        start = time.monotonic()
        child.send_signal(how)
        assert child.wait(5) == 130
        assert time.monotonic() - start < 3  # a second, on a machine that does nothing else
        assert child.stderr.read() == "proofs: interrupted; what was found is kept\n"
    assert not [one for one in (*workers, *sleeping) if is_alive(one)]
    found = json.loads((copy / "STATUS.json").read_text())
    assert [record["result"] for record in found["claims"]] == ["proved"] * 2
    assert "toy.sleeps" in {entry["id"] for entry in found["skipped"]}
    assert (copy / "table").exists()  # it is that of STATUS.json


def children(pid):
    """Processes that a process has started; it may take a moment until it has."""
    for _ in range(100):
        with open(f"/proc/{pid}/task/{pid}/children") as listing:  # noqa: PTH123
            found = [int(word) for word in listing.read().split()]
        if found:
            return found
        time.sleep(0.02)
    return []


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
        return stat.read().rpartition(")")[2].split()[0] != "Z"
