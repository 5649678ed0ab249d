# SPDX-License-Identifier: BSD-3-Clause
"""Does a run that was killed, or stopped by Ctrl-C, go on to the bits of one that was not?"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from interrupts import as_in_a_terminal
from numformats.training import fit, load_checkpoint
from training_parts import bits_of, blobs, descent
from training_signals import OPTIONS, Signals, SignalsInUpdate, model_with


def unstopped():
    model = model_with(Signals(None, None))
    fit(model, *blobs(), optimizer=descent(), **OPTIONS)
    return bits_of(model)


CHILD = """
import signal, sys
sys.path.insert(0, {support!r})
from training_parts import descent, blobs
from training_signals import OPTIONS, Signals, SignalsInUpdate, model_with
from numformats.training import fit
path, place, step = sys.argv[1], sys.argv[2], int(sys.argv[3])
layer = Signals(signal.SIGKILL, step if place == "pass" else None)
optimizer = SignalsInUpdate(signal.SIGKILL, step) if place == "update" else descent()
fit(model_with(layer), *blobs(), optimizer=optimizer, checkpoint=path, resume=True,
    checkpoint_every=4, **OPTIONS)
"""
SCRIPT = CHILD.format(support=str(Path(__file__).parents[1] / "support"))


def test_killed_in_the_middle_of_epochs(tmp_path):
    path = tmp_path / "run.npz"
    for place, step in [("pass", 2), ("pass", 9), ("update", 3), ("pass", 16), ("update", 2)]:
        command = [sys.executable, "-P", "-c", SCRIPT, str(path), place, str(step)]
        child = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert child.returncode == -signal.SIGKILL, child.stderr
    assert load_checkpoint(path).progress["step"] == 18
    model = model_with(Signals(None, None))
    fit(model, *blobs(), optimizer=descent(), checkpoint=path, resume=True, **OPTIONS)
    assert bits_of(model) == unstopped()


@pytest.mark.parametrize("place", ["pass", "update"])
@pytest.mark.parametrize("step", [0, 7, 23])
def test_ctrl_c_leaves_a_whole_step_and_a_checkpoint(place, step, tmp_path):
    path = tmp_path / "run.npz"
    in_pass = place == "pass"
    model = model_with(Signals(signal.SIGINT, step if in_pass else None))
    optimizer = descent() if in_pass else SignalsInUpdate(signal.SIGINT, step)
    handler = signal.getsignal(signal.SIGINT)
    with as_in_a_terminal(), pytest.raises(KeyboardInterrupt) as stopped:
        fit(model, *blobs(), optimizer=optimizer, checkpoint=path, **OPTIONS)
    assert signal.getsignal(signal.SIGINT) is handler
    done = step if in_pass else step + 1
    (note,) = stopped.value.__notes__
    assert note == f"training stopped after step {done}; {path} goes on from there with resume=True"
    assert load_checkpoint(path).progress["step"] == done
    model = model_with(Signals(None, None))
    history = fit(model, *blobs(), optimizer=descent(), checkpoint=path, resume=True, **OPTIONS)
    assert bits_of(model) == unstopped()
    assert history["epoch"] == [1, 2, 3, 4]
    whole = fit(model_with(Signals(None, None)), *blobs(), optimizer=descent(), **OPTIONS)
    assert history["loss"] == whole["loss"]
    assert history["accuracy"] == whole["accuracy"]


def test_ctrl_c_without_a_checkpoint_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = model_with(Signals(signal.SIGINT, 3))
    with as_in_a_terminal(), pytest.raises(KeyboardInterrupt) as stopped:
        fit(model, *blobs(), optimizer=descent(), **OPTIONS)
    assert stopped.value.__notes__ == ["training stopped after step 3"]
    assert list(tmp_path.iterdir()) == []


def test_a_handler_of_the_users_own_is_called_once_and_after_the_update(tmp_path):
    calls = []
    before = signal.signal(signal.SIGINT, lambda *_: calls.append(bits_of(model)))
    try:
        model = model_with(Signals(None, None))
        fit(model, *blobs(), optimizer=SignalsInUpdate(signal.SIGINT, 23), **OPTIONS)
    finally:
        signal.signal(signal.SIGINT, before)
    assert calls == [bits_of(model)]  # the last step, whole


def test_a_run_in_another_thread_touches_no_handler():
    model = model_with(Signals(None, None))
    thread = threading.Thread(
        target=fit, args=(model, *blobs()), kwargs={"optimizer": descent()} | OPTIONS
    )
    thread.start()
    thread.join()
    assert bits_of(model) == unstopped()
