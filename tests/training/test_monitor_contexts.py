# SPDX-License-Identifier: BSD-3-Clause
"""Whose steps does a monitor see?"""

from __future__ import annotations

import threading

import pytest

from numformats.training import SGD, PrecisionMonitor, gradients, softmax_cross_entropy
from numformats.training.watching import WATCH, unwatched
from training_parts import blobs, plant, small_model


def test_two_threads_have_their_own_counts_on_one_model():
    model = small_model()
    x = blobs(30)[0]
    both = threading.Barrier(2)
    counts = {}

    def work(times):
        with PrecisionMonitor(model, "output") as monitor:
            both.wait()
            for _ in range(times):
                model(x)
            both.wait()
        counts[times] = len(monitor.rows)

    threads = [threading.Thread(target=work, args=(n,)) for n in (3, 5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert counts == {3: 3, 5: 5}
    assert not any("forward" in vars(layer) for layer in (model, *model.parts.values()))


def test_other_threads_and_other_models_are_not_seen():
    model, other = small_model(), small_model()
    x, y = blobs(12)
    with PrecisionMonitor(model, "output") as monitor:
        model(x)
        other(x)
        gradients(other, softmax_cross_entropy, x, y)
        SGD(0.1).step(other.parameters(), gradients(other, softmax_cross_entropy, x, y)[1])
        thread = threading.Thread(target=model, args=(x,))
        thread.start()
        thread.join()
        with unwatched():
            model(x)
    assert len(monitor.rows) == 1
    assert WATCH.get() is None


def test_the_innermost_monitor_sees_and_the_outer_goes_on():
    model = small_model()
    x = blobs(6)[0]
    with PrecisionMonitor(model, "output") as outer:
        with PrecisionMonitor(model, "output") as inner:
            model(x)
        model(x)
        model(x)
    assert (len(inner.rows), len(outer.rows)) == (1, 2)


def test_hooks_are_there_only_in_the_block_and_a_planted_forward_comes_back():
    model = small_model()
    plant(model[0], 1)
    planted = model[0].forward
    with PrecisionMonitor(model):
        assert model[0].forward is not planted
    assert model[0].forward is planted
    with pytest.raises(ValueError, match="input has 3"), PrecisionMonitor(model):
        model(blobs(3)[0][:, :3])
    assert model[0].forward is planted
    assert "forward" not in vars(model[1])
    assert WATCH.get() is None


def test_a_monitor_is_entered_once_at_a_time():
    monitor = PrecisionMonitor(small_model(), "output")
    with monitor, pytest.raises(RuntimeError, match="watching already"):
        monitor.__enter__()
    for _ in range(2):
        with monitor:
            monitor.model(blobs(3)[0])
    assert [row.step for row in monitor.rows] == [0, 1]


def test_a_failed_batch_leaves_nothing_for_the_next():
    model = small_model()
    x, y = blobs(8)
    with PrecisionMonitor(model, "output") as monitor:
        with pytest.raises(ZeroDivisionError):
            gradients(model, lambda *_a, **_k: 1 // 0, x, y)
        gradients(model, softmax_cross_entropy, x, y)
    assert [row.elements for row in monitor.rows] == [24]
