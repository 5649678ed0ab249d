# SPDX-License-Identifier: BSD-3-Clause
"""How does scikit-learn train a model in a format?  Estimators of multilayer perceptrons.

Needs scikit-learn, which the extra numformats[training] brings; numformats.training imports this
module when one of its names is asked for.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.activations import GELU, ReLU, Sigmoid, SiLU, Tanh, softmax
from numformats.training.adam import Adam
from numformats.training.counts import checked_count
from numformats.training.fit import fit
from numformats.training.linear import Linear
from numformats.training.losses import mean_squared_error, softmax_cross_entropy
from numformats.training.samples import predict
from numformats.training.sequential import Sequential
from numformats.training.sgd import SGD

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "Classifier and Regressor need scikit-learn: pip install 'numformats[training]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from numpy.typing import NDArray

    from numformats.training.layer import Layer

__all__ = ["Classifier", "Regressor"]

_ACTIVATIONS: dict[str, type[Layer]] = {
    "relu": ReLU,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
    "gelu": GELU,
    "silu": SiLU,
}


class _Perceptron(BaseEstimator):  # type: ignore[misc]
    """Linear layers with an activation between them, trained by Adam."""

    def __init__(  # noqa: PLR0913 - scikit-learn: one argument per hyperparameter
        self,
        hidden: Sequence[int] = (32,),
        *,
        dtype: Any = "posit16",
        activation: str = "relu",
        lr: float = 0.01,
        epochs: int = 50,
        batch: int = 32,
        state_dtype: Any = None,
        loss_scale: float = 1.0,
        gradients: Any = None,
        threads: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.hidden, self.dtype, self.activation = hidden, dtype, activation
        self.lr, self.epochs, self.batch = lr, epochs, batch
        self.state_dtype, self.loss_scale = state_dtype, loss_scale
        self.gradients, self.threads, self.random_state = gradients, threads, random_state

    def _train(self, x: Any, y: Any, outputs: int, loss: Any) -> None:
        """Make the model for these data, and train it."""
        self.model_ = self._model(x.shape[1], outputs)
        wide = {"state_dtype": self.state_dtype, "master": self.state_dtype is not None}
        optimizer = Adam(self.lr, **wide) if self.gradients is None else SGD(self.lr)
        self.history_ = fit(
            self.model_,
            x,
            y,
            loss=loss,
            optimizer=optimizer,
            epochs=self.epochs,
            batch=self.batch,
            seed=self.random_state,
            loss_scale=self.loss_scale,
            gradients=self.gradients,
            threads=self.threads,
            progress=False,
        )

    def _model(self, inputs: int, outputs: int) -> Layer:
        if self.activation not in _ACTIVATIONS:
            allowed = ", ".join(_ACTIVATIONS)
            raise ValueError(f"activation={self.activation!r}; allowed: {allowed}")
        widths = [inputs, *(checked_count(n, "a width of hidden") for n in self.hidden), outputs]
        layers: list[Layer] = []
        for n, (a, b) in enumerate(pairwise(widths)):
            seed = self.random_state * len(widths) + n
            layers += [Linear(a, b, dtype=self.dtype, seed=seed), _ACTIVATIONS[self.activation]()]
        return Sequential(layers[:-1])

    def _outputs(self, x: Any) -> NDArray[np.float64]:
        check_is_fitted(self)
        x = validate_data(self, x, reset=False, dtype=np.float64)
        outputs = predict(self.model_, self.model_.enter(x), max(self.batch, 256))
        return outputs.astype(np.float64)


class Classifier(ClassifierMixin, _Perceptron):  # type: ignore[misc]
    """A multilayer perceptron in a format, that predicts classes.

    Parameters
    ----------
    hidden : widths of the hidden layers; () for logistic regression
    dtype : format of parameters, activations and gradients, or float32, float64
    activation : "relu", "tanh", "sigmoid", "gelu" or "silu"
    lr, epochs, batch : of Adam and of `fit`
    state_dtype : a wider format for Adam's state and a second copy of the parameters, which 8-bit
        formats need: their own steps are larger than most updates
    loss_scale, threads : as `fit` takes them
    gradients : a mode of planned steps, `forward(K=8)` or `reverse()`, which are those of plain
        gradient descent with this lr, in place of Adam's
    random_state : int, of the initial weights and of the order of samples

    After fit: model_ (a Sequential), history_ (a History), classes_, n_features_in_.

    >>> import numformats as nf
    >>> from numformats.training import Classifier, load_images
    >>> digits = load_images("digits")
    >>> classifier = Classifier((16,), dtype=nf.posit16, epochs=5).fit(digits.x, digits.y)
    >>> classifier.score(digits.test_x, digits.test_y) > 0.9
    True
    """

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 - scikit-learn's name
        """Train anew; X of shape (samples, features), y the class of each, of any type."""
        x, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        self._train(x, labels, len(self.classes_), softmax_cross_entropy)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """The probability of each class, in the order of classes_, computed in float64."""
        return np.asarray(softmax(self._outputs(X)))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """The class with the largest output."""
        outputs = self._outputs(X)
        return np.asarray(self.classes_[np.argmax(outputs, axis=1)])


class Regressor(RegressorMixin, _Perceptron):  # type: ignore[misc]
    """A multilayer perceptron in a format, that predicts numbers.

    Parameters are those of `Classifier`.  Targets are moved and scaled to mean 0 and deviation 1,
    so that they lie where formats are dense; predictions are scaled back in float64.

    >>> import numpy as np
    >>> from numformats.training import Regressor
    >>> x = np.linspace(-1, 1, 100).reshape(-1, 1)
    >>> y = x[:, 0] ** 2
    >>> Regressor(dtype="bposit16", activation="tanh").fit(x, y).score(x, y) > 0.9
    True
    """

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Train anew; X of shape (samples, features), y of shape (samples,) or (samples, k)."""
        x, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        self.flat_ = y.ndim == 1
        y = y.reshape(len(y), -1).astype(np.float64)
        self.mean_, deviation = y.mean(axis=0), y.std(axis=0)
        self.deviation_ = np.where(deviation > 0, deviation, 1.0)
        targets = (y - self.mean_) / self.deviation_
        self._train(x, targets, y.shape[1], mean_squared_error)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """The numbers, in float64, of the shape of the targets."""
        y = self._outputs(X) * self.deviation_ + self.mean_
        return np.asarray(y[:, 0] if self.flat_ else y)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
