# SPDX-License-Identifier: BSD-3-Clause
"""What is a person told of a run: while it goes on, at its end, and by its exit status?"""

from __future__ import annotations

import sys
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from proofs.claim import PROVED, REFUTED, SKIPPED, UNKNOWN

EXIT = {"proved": 0, "refuted": 1, "usage": 2, "undecided": 3, "interrupted": 130}
# The worst of several results comes first.
ORDER = (REFUTED, "unsupported", UNKNOWN, SKIPPED, PROVED)


class Report:
    """Prints results as they come; `results` holds all by the job's key."""

    def __init__(self, *, lenient=False):
        self.lenient = lenient  # time-outs are reported, no more
        self.results, self.jobs = {}, {}

    def told(self, job, outcome):
        """A job has ended."""
        self.results[job.key], self.jobs[job.key] = outcome, job
        right = outcome.result == job.expected
        note = "" if right or outcome.result == SKIPPED else f"  (it has to be {job.expected})"
        self.line(
            f"{job}: {outcome.result}{note}  {outcome.seconds:.2f} s"
            + f"  {outcome.nodes} nodes" * bool(outcome.nodes)
            + f"  {outcome.why}" * bool(outcome.why)
        )
        if not job.mutant:
            for line in outcome.counterexample:
                self.line(f"    {line}")

    def line(self, text):
        """One line on the standard output, at once."""
        print(text, flush=True)

    @contextmanager
    def bar(self, total):
        """A function that is told, several times a second, which jobs run; drawn on a terminal only."""
        screen = Console(stderr=True, highlight=False)
        if not (screen.is_terminal and screen.file.isatty()):
            yield lambda _running: None
            return
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
        )
        # No thread draws: workers are forked from this process.
        how = {"auto_refresh": False, "transient": True, "redirect_stdout": sys.stdout.isatty()}
        with Progress(*columns, console=screen, **how) as drawing:
            task = drawing.add_task("", total=total)

            def idle(running):
                names = ", ".join(map(str, running))
                drawing.update(
                    task, completed=len(self.results), description=names[:100], refresh=True
                )

            yield idle

    # ---- the end --------------------------------------------------------------------------------

    def result_of(self, claim, instance, status):
        """The result of this run, else what is recorded, else unknown."""
        key = (claim.id, instance, None, "")
        if key in self.results:
            return self.results[key].result
        record = status.records.get((claim.id, instance))
        return record["result"] if record and status.is_current(record) else UNKNOWN

    def sentences(self, asked, status, row=""):
        """The last line of a claim, and its result with that of its lemmas."""
        claim = asked.claim
        own = [self.result_of(claim, i, status) for i in asked.instances]
        lemmas = {}
        for lemma, i in asked.lemmas:
            lemmas.setdefault(lemma.id, []).append(self.result_of(lemma, i, status))
        worst = min([*own, *(r for found in lemmas.values() for r in found)], key=ORDER.index)
        word = worst if worst in (PROVED, REFUTED, SKIPPED) else "undecided"
        name = " ".join(x for x in (claim.id, row) if x)
        notes = []
        if len(own) > 1:
            notes.append(f"{own.count(PROVED)} of {len(own)} instances")
        if lemmas:
            wrong = [n for n, found in lemmas.items() if REFUTED in found]
            left = [n for n, found in lemmas.items() if set(found) - {PROVED, REFUTED}]
            notes += [f"it rests on {', '.join(wrong)}: refuted"] * bool(wrong)
            notes += [f"it rests on {', '.join(left)}: not proved yet"] * bool(left)
            notes += [f"with {len(lemmas)} lemmas"] * (not wrong and not left)
        planted = [self.jobs[k] for k in self.results if k[0] == claim.id and k[2]]
        if planted:
            good = sum(self.results[j.key].result == j.expected for j in planted)
            notes.append(f"{good} of {len(planted)} mutants as they have to be")
        whys = {o.why for k, o in self.results.items() if k[0] == claim.id and not k[2] and o.why}
        return f"{name}: {word}" + f" ({'; '.join([*notes, *sorted(whys)])})" * bool(
            notes or whys
        ), word

    def exit_status(self, words, asked_by_name):
        """0 proved, 1 a counterexample, 3 undecided."""
        failed = [
            (job, self.results[key])
            for key, job in self.jobs.items()
            if self.results[key].result not in (job.expected, SKIPPED)
            and not (self.lenient and job.is_time_out(self.results[key]))
        ]
        if REFUTED in words or any(o.result == REFUTED for _, o in failed):
            return EXIT["refuted"]
        undecided = asked_by_name and (SKIPPED in words or "undecided" in words)
        return EXIT["undecided"] if failed or (undecided and not self.lenient) else EXIT["proved"]
