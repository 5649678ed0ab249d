# SPDX-License-Identifier: BSD-3-Clause
"""What does an option cost when its Monte Carlo paths run in a narrow format?

    numformats compare docs/examples/heston.py:log_price --formats 'posit32,fixed<32,frac=20>'

Heston's stochastic volatility by full truncation Euler (Lord, Koekkoek and van Dijk) in the log
price: only + - * sqrt and max happen in the format.  The payoff is taken afterwards, in float64,
by the report; the price on these few paths carries a statistical error (column "s.e.") that
is the same in every format.  analytic_call is the reference: Lewis's single integral.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Heston:
    """dX = (r - q - v/2) dt + sqrt(v) dW2,  dv = kappa (theta - v) dt + xi sqrt(v) dW1."""

    kappa: float
    theta: float
    xi: float
    rho: float  # correlation of W1 and W2
    v0: float
    r: float
    q: float = 0.0
    spot: float = 100.0
    years: float = 1.0


# Broadie and Kaya (2006): the call struck at 100 costs 6.806113313462.
BROADIE_KAYA = Heston(kappa=6.21, theta=0.019, xi=0.61, rho=-0.7, v0=0.010201, r=0.0319)
STRIKE = 100.0
PAIRS = 1_000  # antithetic pairs of paths
STEPS = 64
SEED = 3


def log_price(z_price, z_variance, start, model):
    """Log price relative to the spot at the end of each path.

    z_price, z_variance: correlated normal numbers, one step per row, one path per column.
    start: log price 0 and first variance of each path.  model: r - q, kappa, theta, xi, dt.
    """
    x, v = start
    drift, kappa, theta, xi, dt = model
    for z2, z1 in zip(z_price, z_variance, strict=True):
        positive = np.maximum(v, 0)
        noise = np.sqrt(positive * dt)
        x = x + (drift - positive * 0.5) * dt + noise * z2  # with the variance before its step
        v = v + kappa * (theta - positive) * dt + xi * noise * z1
    return x


def paths(
    model: Heston = BROADIE_KAYA, pairs: int = PAIRS, steps: int = STEPS, seed: int = SEED
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The inputs of log_price: antithetic normals, where paths start, and the model."""
    half = np.random.default_rng(seed).standard_normal((2, steps, pairs))
    z1, other = np.concatenate([half, -half], axis=2)
    z2 = model.rho * z1 + np.sqrt(1 - model.rho**2) * other
    start = np.stack([np.zeros(2 * pairs), np.full(2 * pairs, model.v0)])
    dt = model.years / steps
    return z2, z1, start, np.array([model.r - model.q, model.kappa, model.theta, model.xi, dt])


log_price_inputs = paths


def call_price(
    log_prices: np.ndarray, model: Heston = BROADIE_KAYA, strike: float = STRIKE
) -> tuple[float, float]:
    """Discounted mean payoff of a call and its standard error, from antithetic pairs."""
    payoff = np.maximum(model.spot * np.exp(log_prices) - strike, 0.0)
    pairs = payoff.reshape(2, -1).mean(axis=0) * np.exp(-model.r * model.years)
    return float(pairs.mean()), float(pairs.std(ddof=1) / np.sqrt(pairs.size))


def log_price_report(log_prices: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """Price, what the arithmetic did to it, its standard error, and the analytic price."""
    price, error = call_price(log_prices)
    truth, _ = call_price(reference)
    return {
        "price": price,
        "change in %": 100 * (price - truth) / truth,
        "s.e.": error,
        "analytic": analytic_call(BROADIE_KAYA, STRIKE),
    }


def analytic_call(model: Heston, strike: float, steps: int = 4000, limit: float = 400.0) -> float:
    """Price of the European call: Lewis's integral, with the branch of Albrecher et al.

    C = S e^(-qT) - sqrt(S K) e^(-(r+q)T/2) / pi * integral over u > 0 of
    Re(e^(iuk) phi(u - i/2)) / (u^2 + 1/4), k = log(S/K) + (r - q) T.  The integrand is even and
    analytic, so that the trapezoidal rule converges faster than any power of the step.
    """
    u = np.linspace(0.0, limit, steps * 10 + 1)
    k = np.log(model.spot / strike) + (model.r - model.q) * model.years
    values = np.real(np.exp(1j * u * k + _exponent(u - 0.5j, model))) / (u * u + 0.25)
    integral = (values.sum() - 0.5 * (values[0] + values[-1])) * (u[1] - u[0])
    forward = np.sqrt(model.spot * strike) * np.exp(-(model.r + model.q) * model.years / 2)
    return float(model.spot * np.exp(-model.q * model.years) - forward * integral / np.pi)


def _exponent(u: np.ndarray, model: Heston) -> np.ndarray:
    """Logarithm of the characteristic function of the log price, without drift."""
    beta = model.kappa - 1j * model.rho * model.xi * u
    root = np.sqrt(beta**2 + model.xi**2 * (1j * u + u * u))
    g = (beta - root) / (beta + root)
    decay = np.exp(-root * model.years)
    level = (beta - root) / model.xi**2
    integral = level * model.years - 2 / model.xi**2 * np.log((1 - g * decay) / (1 - g))
    return model.kappa * model.theta * integral + model.v0 * level * (1 - decay) / (1 - g * decay)
