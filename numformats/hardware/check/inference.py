# SPDX-License-Identifier: BSD-3-Clause
"""Which faults does a device have?  The fewest models that explain its wrong answers.

A model deviates in a row where its answer is not the right one.  It explains a wrong answer that
it gives itself.  A right answer where it deviates contradicts it, as does a wrong one that is not
its own.  The model that explains most and is not contradicted by a right answer comes first; then
what it explains is put aside.  A model that some right answers contradict is taken when no other
is left, if it is right more often than not: a fault that comes only sometimes.  What no model
explains is named by its symptom.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.hardware.check.faults import faults_of
from numformats.hardware.check.flag_faults import flag_sentence
from numformats.hardware.check.mismatch import Mismatch
from numformats.hardware.check.regions import symptom
from numformats.hardware.check.report import Diagnosis
from numformats.hardware.check.strata import FLAGS_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.hardware.check.evidence import Evidence
    from numformats.hardware.check.fault import Fault
    from numformats.hardware.check.flag_faults import FlagCounts
    from numformats.hardware.operations import Operation

__all__ = ["infer"]

WRONG_STUDIED, RIGHT_STUDIED = 192, 160  # rows of a group, or of a place, on which models are tried
LEAST_SHARE = 0.01  # of the wrong answers that a model must explain, or it is chance

SCREENED = 64  # rows on which a model must explain something before it is tried on all

Truths = np.ndarray[Any, np.dtype[np.bool_]]
Name = tuple[str, str]  # kind and sentence


@dataclass
class _Tally:
    """Counts and examples of diagnoses, by their names."""

    limit: int
    counts: dict[Name, float] = field(default_factory=lambda: defaultdict(float))
    examples: dict[Name, list[Mismatch]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: Name, e: Evidence, weight: float) -> None:
        """One more row, which stands for so many."""
        self.counts[name] += weight
        if len(self.examples[name]) < self.limit:
            self.examples[name].append(Mismatch.from_evidence(e))

    def diagnoses(self) -> list[Diagnosis]:
        """Most frequent first."""
        found = [
            Diagnosis(*name, max(1, round(count)), self.examples[name])
            for name, count in self.counts.items()
        ]
        return sorted(found, key=lambda d: (-d.count, d.kind, d.sentence))


def infer(  # noqa: PLR0913 - all that is known
    operation: Operation,
    wrong: dict[int, list[Evidence]],
    counts: dict[int, int],
    right: list[Evidence],
    *,
    flag_counts: FlagCounts,
    limit: int,
) -> tuple[list[Diagnosis], int]:
    """Diagnoses, and how many wrong answers were taken apart.

    `wrong` has the kept rows of each group of wrong answers and `counts` how many there were.
    """
    tally = _Tally(limit)
    for sentence, count in flag_counts:
        tally.counts["flags", sentence] += count
    for e in wrong[FLAGS_ONLY]:
        assert e.flags is not None
        tally.add(("flags", flag_sentence(*e.flags)), e, 0)
    groups = {g: rows for g, rows in wrong.items() if g != FLAGS_ONLY}
    chosen = _choose(faults_of(operation), groups, counts, right) if any(groups.values()) else []
    for group, rows in groups.items():
        for e in rows:
            tally.add(_name(e, chosen), e, counts[group] / len(rows))
    return tally.diagnoses(), sum(map(len, wrong.values()))


def _name(e: Evidence, chosen: list[tuple[Fault, bool]]) -> Name:
    """What one wrong answer is put down to."""
    if e.agrees:
        return (
            "reference",
            "the compiled arithmetic differs from the oracle: not the device's fault",
        )
    for fault, always in chosen:
        if fault.answer(e) == e.got:
            return fault.kind, fault.sentence if always else f"sometimes: {fault.sentence}"
    return symptom(e)


def _choose(
    faults: list[Fault],
    groups: dict[int, list[Evidence]],
    counts: dict[int, int],
    right: list[Evidence],
) -> list[tuple[Fault, bool]]:
    """The models that explain, most first, each with whether no right answer contradicts it."""
    studied = {g: [e for e in rows[:WRONG_STUDIED] if not e.agrees] for g, rows in groups.items()}
    trial = _Trial(
        [e for rows in studied.values() for e in rows],
        [counts[g] / len(rows) for g, rows in studied.items() for _ in rows],
        right,
    )
    chosen: list[tuple[Fault, bool]] = []
    for always in (True, False):
        while (best := trial.best(faults, always)) is not None:
            chosen.append((best, always))
    return chosen


class _Trial:
    """Models are tried on wrong answers, each of a weight, and on right ones."""

    def __init__(self, wrong: list[Evidence], weights: list[float], right: list[Evidence]) -> None:
        self._wrong, self._right, self._all_right = wrong, _telling(right), right
        self._weights = np.array(weights)
        self._least = LEAST_SHARE * self._weights.sum()
        self._open = np.ones(len(wrong), bool)
        self._results: dict[int, tuple[Truths, Truths, int]] = {}

    def best(self, faults: list[Fault], always: bool) -> Fault | None:
        """The model that explains most of what is open, which it then no longer is.

        `always`: only models that no right answer contradicts.
        """
        while self._open.any() and faults:
            scores = [self._score(i, fault, always) for i, fault in enumerate(faults)]
            i = int(np.argmax(scores))
            if scores[i] <= 0:
                return None
            if not (always and self._is_contradicted(i, faults[i])):
                self._open &= ~self._results[i][1]
                return faults[i]
        return None

    def _is_contradicted(self, i: int, fault: Fault) -> bool:
        """By any right answer at all: the winner has to stand before every one that was kept."""
        deviates, explains, _ = self._results[i]
        count = sum(_deviates(fault, e) for e in self._all_right)
        self._results[i] = deviates, explains, count
        return count > 0

    def _score(self, i: int, fault: Fault, always: bool) -> float:
        if i not in self._results:
            if not self._promises(fault):
                return 0
            self._results[i] = self._tried(fault)
        deviates, explains, contradicted = self._results[i]
        weights = self._weights * self._open
        explained, mistaken = weights @ explains, weights @ (deviates & ~explains)
        if explained < self._least or (always and contradicted):
            return 0
        if always:
            return float(explained - mistaken / 4)
        return float(explained - mistaken - contradicted * self._weights.mean())

    def _promises(self, fault: Fault) -> bool:
        """Does it explain any of some rows that are open?  Most models do not, and cost no more."""
        at = np.flatnonzero(self._open)
        rows = [self._wrong[j] for j in at[:: max(1, len(at) // SCREENED)]]
        return any(fault.answer(e) == e.got for e in rows)

    def _tried(self, fault: Fault) -> tuple[Truths, Truths, int]:
        """In which wrong answers it deviates, which it explains; right ones where it deviates."""
        answers = [fault.answer(e) for e in self._wrong]
        pairs = list(zip(answers, self._wrong, strict=True))
        deviates = np.array([a is not None and a != e.expected for a, e in pairs], bool)
        explains = np.array([a == e.got for a, e in pairs], bool)
        return deviates, explains, sum(_deviates(fault, e) for e in self._right)


def _deviates(fault: Fault, e: Evidence) -> bool:
    code = fault.answer(e)
    return code is not None and code != e.expected


def _telling(right: Iterable[Evidence]) -> list[Evidence]:
    """Of the right answers those that can contradict a model: some of every place, all ties."""
    kept: dict[tuple[str, bool], list[Evidence]] = defaultdict(list)
    for e in right:
        few = e.fraction_bits is not None and e.fraction_bits <= 0
        rows = kept[e.place, few]
        if len(rows) < RIGHT_STUDIED:
            rows.append(e)
    return [e for rows in kept.values() for e in rows]
