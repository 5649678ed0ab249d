# SPDX-License-Identifier: BSD-3-Clause
"""Do workers of a Dask cluster share a batch without a trace in the bits?"""

import sys
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest

import numformats as nf
from numformats.sweep.problems import SweepError
from numformats.training import (
    Dropout,
    Layer,
    Linear,
    Sequential,
    Tanh,
    gradients,
    softmax_cross_entropy,
)
from numformats.training.distributed import client_of

distributed = pytest.importorskip("distributed", reason="Dask is not installed")


@contextmanager
def cluster(workers):
    """Workers that are threads of this process: a second or so quicker to start than processes."""
    with (
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=False, dashboard_address=None
        ) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        yield client


def model_of(T):
    layers = Linear(6, 5, dtype=T, seed=1), Tanh(), Dropout(0.25), Linear(5, 3, dtype=T, seed=2)
    return Sequential(*layers)


def batch_of(T, size=14):
    r = np.random.default_rng(3)
    return r.uniform(-0.9, 0.9, (size, 6)).astype(T), r.integers(0, 3, size)


def test_the_number_of_workers_does_not_show():
    """With dropout, whose masks are those of the samples' numbers, and more workers than samples."""
    seen = set()
    for workers in (0, 1, 3):
        with cluster(workers) if workers else nullcontext() as client:
            for T, size in ((nf.posit16, 14), (np.float32, 2)):
                value, slopes = gradients(
                    model_of(T),
                    softmax_cross_entropy,
                    *batch_of(T, size),
                    workers=client,
                    micro_batch=3,
                )
                seen.add(value.tobytes() + b"".join(slopes[k].tobytes() for k in sorted(slopes)))
    assert len(seen) == 2  # one for each format


def test_processes_of_this_machine():
    """Started and ended by the context; models and losses go there as they are."""
    model, (x, y) = model_of(nf.bposit16), batch_of(nf.bposit16)
    value, slopes = gradients(model, softmax_cross_entropy, x, y)
    with client_of(2) as client:
        theirs = gradients(model, softmax_cross_entropy, x, y, workers=client)
    assert theirs[0] == value
    assert all(theirs[1][name].tobytes() == slope.tobytes() for name, slope in slopes.items())


class Fails(Layer):
    def forward(self, *_):
        raise ZeroDivisionError("planted")


def test_errors_say_what_is_wrong():
    x, y = batch_of(np.float32)
    with cluster(1) as client:
        with pytest.raises(ZeroDivisionError, match="planted"):
            gradients(Fails(), softmax_cross_entropy, x, y, workers=client)
        client.cluster.scale(0)
        client.sync(client.cluster._correct_state)
        while client.nthreads():
            pass
        with pytest.raises(RuntimeError, match="the Dask cluster has no worker"):
            gradients(model_of(np.float32), softmax_cross_entropy, x, y, workers=client)
    for wrong, error, text in (
        (0, ValueError, "workers=0; allowed: 1, 2"),
        (True, TypeError, "workers=True; allowed: a client of Dask"),
        ([], TypeError, r"workers=\[\]"),
    ):
        with pytest.raises(error, match=text), client_of(wrong):
            pass
    with client_of(None) as nobody:
        assert nobody is None


def test_no_scheduler_answers(monkeypatch):
    monkeypatch.setattr("numformats.sweep.cluster.PATIENCE", 0.3)
    with (
        pytest.raises(SweepError, match="no Dask scheduler answers"),
        client_of("tcp://127.0.0.1:9"),
    ):
        pass


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ImportError, match=r"needs Dask: pip install 'numformats\[sweep\]'"),
        client_of(2),
    ):
        pass
