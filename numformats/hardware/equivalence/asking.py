# SPDX-License-Identifier: BSD-3-Clause
"""How is the solver asked whether a claim can fail, and what the design says at some inputs?"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numformats.hardware.equivalence.terms import Term, Terms

__all__ = ["Verdict", "answer", "find_failure"]

Verdict = Literal["proved", "refuted", "undecided"]
Values: TypeAlias = "dict[str, int]"


def find_failure(
    terms: Terms, wrong: Term, words: Mapping[str, Term], seconds: float
) -> tuple[Verdict, Values | None]:
    """The verdict on a claim, and where it is refuted the values of all words.

    After `seconds` it is "undecided".  Ctrl-C ends it with KeyboardInterrupt.
    """
    api, solver = terms.solver, _solver(terms)
    solver.assert_formula(wrong)
    limit = time.monotonic() + seconds
    with _interruptible() as interrupted:
        solver.configure_terminator(_Stop(lambda: interrupted() or time.monotonic() > limit))
        result = solver.check_sat()
    if result == api.Result.UNSAT:
        return "proved", None
    if result != api.Result.SAT:
        return "undecided", None
    return "refuted", _values(solver, words)


def answer(terms: Terms, words: Mapping[str, Term], inputs: Mapping[str, int]) -> Values:
    """The values of all words where the inputs have these."""
    solver = _solver(terms)
    for name, value in inputs.items():
        solver.assert_formula(terms.same(words[name], value))
    solver.check_sat()
    return _values(solver, words)


def _solver(terms: Terms) -> Any:
    api = terms.solver
    options = api.Options()
    options.set(api.Option.PRODUCE_MODELS, True)
    return api.Bitwuzla(terms.manager, options)


def _values(solver: Any, words: Mapping[str, Term]) -> Values:
    return {name: int(solver.get_value(word).value(10)) for name, word in words.items()}


class _Stop:
    """The solver asks this object, often, whether it shall stop."""

    def __init__(self, question: Callable[[], bool]) -> None:
        self._question = question

    def __call__(self) -> bool:
        return self._question()


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Note Ctrl-C within; raise KeyboardInterrupt at the end.

    The solver's binding drops what is raised while it asks, so that nothing may be raised there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    came = threading.Event()

    def note(_signal: int, _frame: Any) -> None:
        came.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGINT, before)
    if came.is_set():
        raise KeyboardInterrupt
