# SPDX-License-Identifier: BSD-3-Clause
"""What is one piece of work of a run: an instance, one of its mutants, or a second solver's turn?"""

from __future__ import annotations

from dataclasses import dataclass

from proofs.claim import PROVED, REFUTED, UNKNOWN, Claim, Instance, Mutant

LEAST_LIMIT = 60.0  # seconds
LIMIT = 3  # times the recorded seconds


@dataclass(frozen=True, eq=False)
class Job:
    """`seconds`: what it took at last, None where nobody knows."""

    claim: Claim
    instance: Instance
    mutant: Mutant | None = None
    second: str = ""
    seconds: float | None = None

    @property
    def key(self):
        """What tells jobs apart."""
        return self.claim.id, self.instance, self.mutant and self.mutant.name, self.second

    def __str__(self):
        planted = f'mutant "{self.mutant.name}"' if self.mutant else ""
        second = f"by {self.second}" if self.second else ""
        return " ".join(x for x in (self.claim.id, str(self.instance), planted, second) if x)

    @property
    def limit(self):
        """Seconds that one query may take."""
        if self.seconds is None:
            return max(LEAST_LIMIT, self.claim.seconds)
        return max(LEAST_LIMIT, LIMIT * self.seconds)

    @property
    def expected(self):
        """The result that there has to be."""
        return REFUTED if self.mutant and not self.mutant.equivalent else PROVED

    def is_time_out(self, outcome):
        """Was there only too little time?"""
        return outcome.result == UNKNOWN and not outcome.broken and outcome.vacuity != "unsat"

    def prove(self, checkout, seconds):
        """The outcome, of the checkout or of a copy in which the mutant is planted."""
        more = {"solver": self.second} if self.second else {}
        if self.mutant is None:
            return self.claim.prove(self.instance, checkout, seconds, **more)
        with checkout.changed(self.mutant.path, self.mutant.old, self.mutant.new) as changed:
            return self.claim.prove(self.instance, changed, seconds)
