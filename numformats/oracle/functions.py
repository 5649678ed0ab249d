# SPDX-License-Identifier: BSD-3-Clause
"""Which elementary functions are there, on codes?"""

from __future__ import annotations

from numformats.oracle.function_rounding import FunctionRounding
from numformats.oracle.function_special import FUNCTIONS
from numformats.oracle.functions_of_two import FUNCTIONS_OF_TWO, INTEGER_SECOND

__all__ = ["NAMES_1", "NAMES_2", "NAMES_INT", "Functions"]

NAMES_1 = tuple(FUNCTIONS)
NAMES_2 = tuple(FUNCTIONS_OF_TWO)
NAMES_INT = tuple(INTEGER_SECOND)


class Functions(FunctionRounding):
    """Elementary functions: the exact value, rounded once."""

    def rsqrt(self, a: int) -> int:
        """1 / sqrt(a)."""
        return self._one("rsqrt", a)

    def cbrt(self, a: int) -> int:
        """Cube root."""
        return self._one("cbrt", a)

    def exp(self, a: int) -> int:
        """e**a."""
        return self._one("exp", a)

    def expm1(self, a: int) -> int:
        """e**a - 1."""
        return self._one("expm1", a)

    def exp2(self, a: int) -> int:
        """2**a."""
        return self._one("exp2", a)

    def exp2m1(self, a: int) -> int:
        """2**a - 1."""
        return self._one("exp2m1", a)

    def exp10(self, a: int) -> int:
        """10**a."""
        return self._one("exp10", a)

    def exp10m1(self, a: int) -> int:
        """10**a - 1."""
        return self._one("exp10m1", a)

    def log(self, a: int) -> int:
        """Natural logarithm."""
        return self._one("log", a)

    def log1p(self, a: int) -> int:
        """log(1 + a)."""
        return self._one("log1p", a)

    def log2(self, a: int) -> int:
        """Logarithm to base 2."""
        return self._one("log2", a)

    def log2p1(self, a: int) -> int:
        """log2(1 + a)."""
        return self._one("log2p1", a)

    def log10(self, a: int) -> int:
        """Logarithm to base 10."""
        return self._one("log10", a)

    def log10p1(self, a: int) -> int:
        """log10(1 + a)."""
        return self._one("log10p1", a)

    def sin(self, a: int) -> int:
        """Sine."""
        return self._one("sin", a)

    def cos(self, a: int) -> int:
        """Cosine."""
        return self._one("cos", a)

    def tan(self, a: int) -> int:
        """Tangent."""
        return self._one("tan", a)

    def arcsin(self, a: int) -> int:
        """Inverse sine."""
        return self._one("arcsin", a)

    def arccos(self, a: int) -> int:
        """Inverse cosine."""
        return self._one("arccos", a)

    def arctan(self, a: int) -> int:
        """Inverse tangent."""
        return self._one("arctan", a)

    def sinpi(self, a: int) -> int:
        """sin(pi a)."""
        return self._one("sinpi", a)

    def cospi(self, a: int) -> int:
        """cos(pi a)."""
        return self._one("cospi", a)

    def tanpi(self, a: int) -> int:
        """tan(pi a)."""
        return self._one("tanpi", a)

    def arcsinpi(self, a: int) -> int:
        """arcsin(a) / pi."""
        return self._one("arcsinpi", a)

    def arccospi(self, a: int) -> int:
        """arccos(a) / pi."""
        return self._one("arccospi", a)

    def arctanpi(self, a: int) -> int:
        """arctan(a) / pi."""
        return self._one("arctanpi", a)

    def sinh(self, a: int) -> int:
        """Hyperbolic sine."""
        return self._one("sinh", a)

    def cosh(self, a: int) -> int:
        """Hyperbolic cosine."""
        return self._one("cosh", a)

    def tanh(self, a: int) -> int:
        """Hyperbolic tangent."""
        return self._one("tanh", a)

    def arcsinh(self, a: int) -> int:
        """Inverse hyperbolic sine."""
        return self._one("arcsinh", a)

    def arccosh(self, a: int) -> int:
        """Inverse hyperbolic cosine."""
        return self._one("arccosh", a)

    def arctanh(self, a: int) -> int:
        """Inverse hyperbolic tangent."""
        return self._one("arctanh", a)

    def sigmoid(self, a: int) -> int:
        """1 / (1 + e**-a)."""
        return self._one("sigmoid", a)

    def softplus(self, a: int) -> int:
        """log(1 + e**a)."""
        return self._one("softplus", a)

    def silu(self, a: int) -> int:
        """Return a * sigmoid(a)."""
        return self._one("silu", a)

    def gelu(self, a: int) -> int:
        """Return a * Phi(a), Phi the normal distribution."""
        return self._one("gelu", a)

    def erf(self, a: int) -> int:
        """Error function."""
        return self._one("erf", a)

    def erfc(self, a: int) -> int:
        """1 - erf(a)."""
        return self._one("erfc", a)

    def gamma(self, a: int) -> int:
        """Gamma function."""
        return self._one("gamma", a)

    def lgamma(self, a: int) -> int:
        """log(abs(Gamma(a)))."""
        return self._one("lgamma", a)

    def sinc(self, a: int) -> int:
        """sin(pi a) / (pi a), as NumPy."""
        return self._one("sinc", a)

    def deg2rad(self, a: int) -> int:
        """Return a * pi / 180."""
        return self._one("deg2rad", a)

    def rad2deg(self, a: int) -> int:
        """Return a * 180 / pi."""
        return self._one("rad2deg", a)

    def hypot(self, a: int, b: int) -> int:
        """sqrt(a*a + b*b)."""
        return self._two("hypot", a, b)

    def pow(self, a: int, b: int) -> int:
        """Return a ** b; a whole power wraps where a product would."""
        return self._power(a, b)

    def arctan2(self, y: int, x: int) -> int:
        """Angle of the point (x, y)."""
        return self._two("arctan2", y, x)

    def arctan2pi(self, y: int, x: int) -> int:
        """arctan2(y, x) / pi."""
        return self._two("arctan2pi", y, x)

    def logaddexp(self, a: int, b: int) -> int:
        """log(e**a + e**b)."""
        return self._two("logaddexp", a, b)

    def logaddexp2(self, a: int, b: int) -> int:
        """log2(2**a + 2**b)."""
        return self._two("logaddexp2", a, b)

    def compound(self, a: int, n: int) -> int:
        """(1 + a) ** n for an integer n."""
        return self._integer("compound", a, n)

    def rootn(self, a: int, n: int) -> int:
        """Return a ** (1/n) for an integer n."""
        return self._integer("rootn", a, n)
