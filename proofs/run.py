# SPDX-License-Identifier: BSD-3-Clause
"""Which claims are true of the C text in this checkout?  python -m proofs.run --claim ID --row FORMAT"""

from __future__ import annotations

import contextlib
import signal
import sys
import time
import traceback
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import Annotated

if __name__ == "__main__":
    # The folder numformats/ beside this one is not the package that was built.
    sys.path.append(sys.path.pop(0))

import typer

from proofs import choice, pool, table, tools
from proofs.checkout import ROOT, Checkout
from proofs.native import native
from proofs.registry import claims
from proofs.report import EXIT, Report
from proofs.status import PATH, Status, StatusError

SAVED_EVERY = 5.0  # seconds
FAST_WALL = 480.0  # seconds after which --fast starts nothing more
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def command(
    claim: Annotated[list[str] | None, typer.Option(metavar="ID", help="A claim, or a pattern: codec.*; all else.")] = None,
    row: Annotated[str, typer.Option(metavar="FORMAT", help='A row of your own: "bposit<20,rs=5,es=3>". Nothing is recorded.')] = "",
    quick: Annotated[bool, typer.Option("--quick", help="What make proofs does (the default).")] = False,
    long: Annotated[bool, typer.Option("--long", help="All instances; a time-out is reported, no more.")] = False,
    fast: Annotated[bool, typer.Option("--fast", help="The fast claims, all their mutants, in eight minutes; nothing is recorded.")] = False,
    mutants: Annotated[bool, typer.Option("--mutants", help="Planted mistakes, too: each has to be refuted.")] = False,
    second: Annotated[str, typer.Option(metavar="SOLVER", help="A second solver's opinion: z3 or cvc5.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    seconds: Annotated[float, typer.Option(min=0, help="Limit of a query; else three times what it took, 60 at the least.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh/--resume", help="Prove again what STATUS.json says of this very text.")] = False,
    checkout: Annotated[Path, typer.Option(metavar="DIR", help="Another checkout's C text. Nothing is recorded.")] = ROOT,
    show: Annotated[bool, typer.Option("--list", help="Say which claims there are.")] = False,
) -> int:  # fmt: skip
    """Prove what is claimed of the C core, from its text.

    Exit status: 0 proved, 1 a counterexample, 2 wrong arguments, 3 undecided, 130 interrupted.
    """
    if quick + long + fast > 1:
        raise choice.ChoiceError("--quick, --long and --fast exclude each other")
    if second not in ("", *SECOND):
        raise choice.ChoiceError(f"--second {second}: there are {', '.join(SECOND)}")
    if second and not tools.version(second):
        raise choice.ChoiceError(f"--second {second} needs: pip install {tools.PACKAGES[second]}")
    if not (checkout / "cbits" / "core").is_dir():
        raise choice.ChoiceError(f"--checkout {checkout} has no folder cbits/core")
    known, text = claims(), Checkout(checkout)
    if row:
        check_row(text, row)
    recorded = not (row or fast or text.root != ROOT)
    status = Status(text, PATH)
    if show:
        return listed(choice.named(known, claim or []), status)
    asked = choice.asked(known, claim or [], row, long=long, mutants=mutants or fast)
    if fast:
        todo = choice.fast(asked, status)
    else:
        todo = choice.jobs_of(asked, status, row=row, long=long, second=second)
        todo = [job for job in todo if fresh or is_wanted(job, row, asked) or status.lacks(job)]
    if recorded:
        status.forget_other_tools({job.claim.kind for job in todo})
    report = Report(lenient=long)
    try:
        ended = prove(todo, text, status if recorded else None, report, jobs, seconds, fast)
        if recorded and todo and ended and not claim:
            status.forget_stale(known)
    finally:  # after Ctrl-C, too, the table is that of STATUS.json, and both say what is left
        if recorded and (status.say_left(known) or todo):
            status.save()
            table.write()
    words = []
    for one in asked:
        sentence, word = report.sentences(one, status, row)
        words.append(word)
        report.line(sentence)
    return report.exit_status(words, bool(claim))


SECOND = ("z3", "cvc5")


def check_row(text, row):
    """ChoiceError with the core's own words where this is no format."""
    try:
        native(text.root).row(row)
    except ValueError as error:
        raise choice.ChoiceError(str(error)) from None


def is_wanted(job, row, asked):
    """Is it the very row that was asked for?  Lemmas about all rows need not be proved again."""
    return bool(row) and any(job.claim is a.claim and job.instance in a.instances for a in asked)


def prove(todo, text, status, report, processes, seconds, fast):
    """Run the jobs and keep what they find; False where some were not started for want of time."""
    prepared, last = set(), time.monotonic()
    for job in todo:
        if job.claim.prepare not in prepared:
            prepared.add(job.claim.prepare)
            with contextlib.suppress(Exception):  # the job says it
                job.claim.prepare(text)
    until = time.monotonic() + FAST_WALL if fast else None
    with report.bar(len(todo)) as idle:
        ended = pool.run(todo, text, processes=processes, seconds=seconds, until=until, idle=idle)
        try:
            for job, outcome in ended:
                if status is not None:
                    status.add(job, outcome)  # first, so that what is told is kept
                report.told(job, outcome)
                if status is not None and time.monotonic() - last > SAVED_EVERY:
                    status.save()
                    last = time.monotonic()
        finally:
            ended.close()
    left = [job for job in todo if job.key not in report.results]
    for job in left:
        report.line(f"{job}: not run, the eight minutes are over")
    return not left


def listed(found, status):
    """Say what is claimed."""
    for claim in found:
        quick = sum(map(claim.quick, claim.instances))
        print(f"{claim.id}  ({claim.kind}; {', '.join(claim.functions)})\n    {claim.says}")
        print(
            f"    {len(claim.instances)} instances, {quick} of them by make proofs; "
            f"{len(claim.mutants)} mutants; "
            + ("any row" if claim.of_row else "no row of a user's")
        )
    return EXIT["proved"]


def ended_by_signal(_number, _frame):
    """SIGTERM is told like Ctrl-C."""
    raise KeyboardInterrupt


def main(arguments=None):
    """The exit status of the command; one line on stderr where it is 2 or 130."""
    signal.signal(signal.SIGTERM, ended_by_signal)
    try:
        status = app(args=arguments, prog_name="python -m proofs.run", standalone_mode=False)
    except (choice.ChoiceError, StatusError) as error:
        status, problem = EXIT["usage"], str(error)
    except ImportError as error:
        needs = "make proofs installs what is needed, and this checkout's numformats"
        status, problem = EXIT["undecided"], f"{error}; {needs}"
    except (RuntimeError, OSError) as error:  # RuntimeError: of the compiler
        status, problem = EXIT["undecided"], str(error)
    except typer.TyperException as error:
        status, problem = EXIT["usage"], error.format_message()
    except (KeyboardInterrupt, typer.Abort):
        status, problem = EXIT["interrupted"], "interrupted; what was found is kept"
    except Exception:  # noqa: BLE001 - status 1 would say that there is a counterexample
        status, problem = EXIT["undecided"], traceback.format_exc()
    else:
        problem = "interrupted; what was found is kept" if status == EXIT["interrupted"] else ""
    if problem:
        sys.stderr.write(f"proofs: {problem}\n")
    return status or 0


if __name__ == "__main__":
    sys.exit(main())
