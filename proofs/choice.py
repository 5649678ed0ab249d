# SPDX-License-Identifier: BSD-3-Clause
"""Which instances and mutants of which claims are asked for, and what do they rest on?"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from proofs.jobs import Job

if TYPE_CHECKING:
    from proofs.claim import Claim, Instance

FAST_SECONDS = 600.0  # CPU time of the fast claims, which two cores have in eight minutes
SECOND_SECONDS = 10.0  # a second solver is asked where the first took no longer
UNKNOWN_SECONDS = 30.0  # of a job that was never run


class ChoiceError(Exception):
    """There is no such claim, or it cannot have that row; the text says what there is."""


@dataclass
class Asked:
    """One claim that was asked for: these instances, and these of its lemmas."""

    claim: Claim
    instances: list[Instance]
    lemmas: list[tuple[Claim, Instance]] = field(default_factory=list)
    mutants: bool = False


def named(claims, patterns):
    """The claims that these ids and patterns name, all where there are none, in the registry's order."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in claims):
            near = difflib.get_close_matches(pattern, claims, n=1, cutoff=0.0)
            raise ChoiceError(
                f"there is no claim {pattern!r}; the nearest is {near[0] if near else 'none'}; "
                f"there are {', '.join(claims)}"
            )
    return [
        claim
        for name, claim in claims.items()
        if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
    ]


def asked(claims, patterns, row="", *, long=False, mutants=False):
    """What to prove of the claims that are named; ChoiceError where there is nothing."""
    found, reasons = [], []
    for claim in named(claims, patterns):
        if row:
            try:
                instances = of_row(claim, row)
            except ValueError as error:
                if claim.id in patterns:
                    raise ChoiceError(str(error)) from None
                reasons.append(str(error))
                continue
        else:
            instances = [i for i in claim.instances if long or claim.quick(i)]
            if not instances and claim.id in patterns:
                raise ChoiceError(f"{claim.id} is proved by --long only: it takes minutes or more")
        if instances:
            found.append(Asked(claim, instances, lemmas_of(claims, claim, instances), mutants))
    if not found:
        raise ChoiceError("; ".join(reasons) or "nothing of that can be proved")
    return found


def of_row(claim, row):
    """Instances of a claim for a row of a user's; ValueError says why there are none."""
    if claim.of_row is None:
        rows = list(dict.fromkeys(i.row for i in claim.instances if i.row))
        about = f"it is proved of {', '.join(rows[:12])}" + ", ..." * (len(rows) > 12)
        raise ValueError(
            f"{claim.id} cannot be proved for the row {row!r}: "
            + (about if rows else "it is about no row")
        )
    try:
        instances = list(claim.of_row(row))
    except ValueError as error:
        raise ValueError(f"{claim.id} cannot be proved for the row {row!r}: {error}") from None
    if not instances:
        raise ValueError(f"{claim.id} cannot be proved for the row {row!r}: {claim.says}")
    return instances


def lemmas_of(claims, claim, instances):
    """What these instances rest on, and what that rests on, each once."""
    todo, found = [(claim, i) for i in instances], {}
    while todo:
        one, instance = todo.pop()
        for name, needed in one.needs(instance):
            if name not in claims:
                raise ChoiceError(f"{one.id} rests on {name}, which is no claim")
            if (name, needed) not in found:
                found[name, needed] = (claims[name], needed)
                todo.append(found[name, needed])
    return list(found.values())


def jobs_of(wanted, status, *, row="", long=False, second=""):
    """Each piece of work once, longest first.

    Without --long, a lemma that takes minutes is not run for the sake of what rests on it, unless
    that is a row of the user's.
    """
    found = {}
    for one in wanted:
        pieces = [(one.claim, i, None, "") for i in one.instances]
        for lemma, i in one.lemmas:
            if row or long or i not in lemma.instances or lemma.quick(i):
                pieces.append((lemma, i, None, ""))
        if one.mutants:
            pieces += [(one.claim, m.instance, m, "") for m in one.claim.mutants]
        pieces += [
            (claim, i, None, second)
            for claim, i, mutant, _ in pieces
            if mutant is None and second in claim.solvers
            if (status.seconds(Job(claim, i)) or 0) <= SECOND_SECONDS
        ]
        for piece in pieces:
            job = Job(*piece)
            found.setdefault(job.key, Job(*piece, status.seconds(job)))
    return sorted(found.values(), key=lambda job: -estimate(job))


def estimate(job):
    """Seconds that a job may take."""
    return UNKNOWN_SECONDS if job.seconds is None else job.seconds


def fast(wanted, status, budget=FAST_SECONDS):
    """Claims of one instance with all mutants, the cheapest first, then more instances, within a budget."""
    left, found, rest, costs = budget, [], [], []
    for one in wanted:
        jobs = sorted(
            (Job(one.claim, i, None, "", status.seconds(Job(one.claim, i))) for i in one.instances),
            key=estimate,
        )
        mutants = [Job(one.claim, m.instance, m) for m in one.claim.mutants]
        mutants = [Job(j.claim, j.instance, j.mutant, "", status.seconds(j)) for j in mutants]
        costs.append((estimate(jobs[0]) + sum(map(estimate, mutants)), one, jobs, mutants))
    for cost, _, jobs, mutants in sorted(costs, key=lambda c: (c[0], c[1].claim.id)):
        if cost <= left:
            left -= cost
            found += [jobs[0], *mutants]
            rest += jobs[1:]
    for job in sorted(rest, key=estimate):
        if estimate(job) <= left:
            left -= estimate(job)
            found.append(job)
    return sorted(found, key=lambda job: -estimate(job))
