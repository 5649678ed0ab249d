# SPDX-License-Identifier: BSD-3-Clause
"""Are the estimators what scikit-learn takes for estimators?"""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import numformats as nf
from numformats.training import Adam, Classifier, Regressor, fit, forward, softmax_cross_entropy

QUICK = {"hidden": (16,), "epochs": 10, "batch": 64, "lr": 0.03}


@parametrize_with_checks([Classifier(**QUICK), Regressor(**QUICK)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "dtype", [nf.bposit16, "posit<12,es=1>", nf.float8_e4m3fn, np.float32], ids=str
)
def test_a_pipeline_and_cross_validation(dtype):
    x, y = load_breast_cancer(return_X_y=True)
    wide = None if dtype in {nf.bposit16, np.float32} else np.float32
    classifier = Classifier((8,), dtype=dtype, epochs=4, state_dtype=wide)
    scores = cross_val_score(make_pipeline(StandardScaler(), classifier), x, y, cv=2)
    assert scores.min() > 0.9
    fitted = clone(classifier).fit(StandardScaler().fit_transform(x), y)
    found = {a.dtype for a in fitted.model_.parameters().values()}
    assert found == {np.dtype(nf.parse_format(dtype) if isinstance(dtype, str) else dtype)}
    assert len(fitted.history_) == 4


def test_probabilities_are_the_softmax_of_the_outputs():
    x, y = load_breast_cancer(return_X_y=True)
    x = StandardScaler().fit_transform(x)
    names = np.array(["bad", "good"])[y]
    classifier = Classifier((), dtype=nf.posit16, epochs=3).fit(x, names)
    found = classifier.predict_proba(x)
    outputs = classifier.model_(x).astype(float)
    expected = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    assert np.allclose(found, expected, rtol=1e-12)
    assert classifier.classes_.tolist() == ["bad", "good"]
    assert np.array_equal(classifier.predict(x), classifier.classes_[found.argmax(axis=1)])
    assert classifier.score(x, names) == (classifier.predict(x) == names).mean() > 0.9


def test_numbers_come_back_in_the_units_of_the_targets():
    x, y = load_diabetes(return_X_y=True)
    y = 1e6 + 1e3 * y  # far outside of what posit8 tells apart
    regressor = Regressor(
        (16,), dtype=nf.posit8, state_dtype=nf.posit16, epochs=30, activation="tanh"
    )
    assert regressor.fit(x * 20, y).score(x * 20, y) > 0.4
    both = Regressor((16,), epochs=3).fit(x * 20, np.stack([y, -y], axis=1))
    assert both.predict(x * 20).shape == (len(y), 2)
    constant = Regressor((4,), epochs=5).fit(x, np.full(len(y), 7e6)).predict(x)
    assert np.allclose(constant, 7e6, atol=0.5)  # targets without deviation are not divided by it


def test_same_bits_from_the_same_random_state():
    x, y = load_breast_cancer(return_X_y=True)
    x = StandardScaler().fit_transform(x)
    first, again, other = (Classifier((4,), epochs=1, random_state=s).fit(x, y) for s in (3, 3, 4))
    assert (
        first.model_.parameters()["0.weight"].tobytes()
        == again.model_.parameters()["0.weight"].tobytes()
    )
    assert (
        first.model_.parameters()["0.weight"].tobytes()
        != other.model_.parameters()["0.weight"].tobytes()
    )
    drawn, other = (Classifier((4,), epochs=0, random_state=s).fit(x, y).model_ for s in (3, 4))
    assert (drawn.parameters()["2.weight"] != other.parameters()["2.weight"]).all()
    fit(drawn, x, y, loss=softmax_cross_entropy, optimizer=Adam(0.01), epochs=1, batch=32, seed=3)
    assert (
        drawn.parameters()["0.weight"].tobytes() == first.model_.parameters()["0.weight"].tobytes()
    )
    loaded = pickle.loads(pickle.dumps(first))
    assert np.array_equal(loaded.predict_proba(x), first.predict_proba(x))


def test_a_grid_of_formats():
    x, y = load_breast_cancer(return_X_y=True)
    search = GridSearchCV(
        make_pipeline(StandardScaler(), Classifier((4,), epochs=2)),
        {"classifier__dtype": ["posit16", "bfloat16"], "classifier__activation": ["relu", "tanh"]},
        cv=2,
    )
    assert search.fit(x, y).best_score_ > 0.9


def test_gradients_may_be_planned():
    x, y = load_breast_cancer(return_X_y=True)
    x = StandardScaler().fit_transform(x)
    classifier = Classifier((8,), lr=0.25, epochs=4, gradients=forward(K=8))
    assert cross_val_score(classifier, x, y, cv=2).min() > 0.9
    planned = classifier.fit(x, y).predict_proba(x)
    assert not np.array_equal(
        planned, classifier.set_params(gradients=None).fit(x, y).predict_proba(x)
    )


def test_inputs_may_be_of_a_format():
    x, y = load_diabetes(return_X_y=True)
    x = (x * 20).astype(nf.posit16)
    plain, own = (Regressor((4,), epochs=2).fit(a, y) for a in (x.astype(float), x))
    assert np.array_equal(plain.predict(x), own.predict(x))
    y = (y / 100).astype(nf.posit16)
    plain, own = (Regressor((4,), epochs=2).fit(x, a) for a in (y.astype(float), y))
    assert np.array_equal(plain.predict(x), own.predict(x))


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"activation": "step"}, ValueError, "activation='step'; allowed: relu, tanh"),
        ({"hidden": (0,)}, ValueError, "a width of hidden is 0"),
        ({"dtype": "posit17q"}, ValueError, "unknown format"),
        ({"batch": 0}, ValueError, "batch is 0"),
    ],
)
def test_bad_parameters_are_named_when_it_is_fitted(change, kind, words):
    x, y = load_diabetes(return_X_y=True)
    with pytest.raises(kind, match=words.replace("(", r"\(")):
        Regressor(**change).fit(x, y)
    with pytest.raises(NotFittedError):
        Regressor().predict(x)


def test_without_scikit_learn_the_extra_is_named():
    code = """
import sys
sys.modules["sklearn"] = sys.modules["sklearn.base"] = None
import numformats.training as training
assert not hasattr(training, "nothing")
try:
    training.Classifier
except ModuleNotFoundError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert (
        done.stdout
        == "Classifier and Regressor need scikit-learn: pip install 'numformats[training]'\n"
    )
