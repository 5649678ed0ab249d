# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats recommend`` go from its arguments to table and JSON?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats._atomic_file import STDOUT, write_text
from numformats.analysis import load_workload, recommend
from numformats.analysis.default_candidates import chosen
from numformats.analysis.document import finite
from numformats.cli.run import Targets, check_targets
from numformats.cli.tables import console
from numformats.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from numformats.analysis import Choice, Recommendation

SCHEMA = "numformats.recommend/1"


def run_recommend(  # noqa: PLR0913 - options of a command
    target: str, tolerance: float, candidates: str | None, *, data: str | None, error: str,
    reference: str, per_variable: bool, json_file: Path | None,
) -> None:  # fmt: skip
    """The command: everything that can be wrong is found before the long run starts."""
    tried = chosen(candidates)
    check_targets(Targets(json_file=json_file))
    workload = load_workload(target, data)
    with progress(workload.name, total=len(tried) + 1) as bar:

        def step(name: str) -> None:
            bar.advance(name != "reference", description=f"{workload.name}: {name}")

        found = recommend(
            workload.function, workload.inputs, tolerance, tried,
            error=error, reference=int(reference) if reference.isdigit() else reference,  # type: ignore[arg-type] # it is checked there
            per_variable=per_variable, on_step=step,
        )  # fmt: skip
    found.function = workload.name
    to_stdout = json_file is not None and str(json_file) == STDOUT
    console(stderr=to_stdout).print(repr(found), markup=False, soft_wrap=True)
    if json_file is not None:
        text = json.dumps(to_document(found), indent=2, allow_nan=False)
        write_text(json_file, f"{text}\n", dash=True)


def to_document(found: Recommendation) -> dict[str, Any]:
    """A recommendation as a dict for json.dump; an error without bound is null."""
    return {
        "schema": SCHEMA,
        "numformats": nf.__version__,
        "function": found.function,
        "tolerance": found.tolerance,
        "kind": found.kind,
        "reference": found.reference,
        "recommended": [_choice(choice) for choice in found],
        "rejected": [_choice(choice) for choice in found.rejected],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    document: dict[str, Any] = {
        "format": choice.name,
        "bits": choice.bits,
        "cost": choice.cost,
        "error": finite(choice.error),
        "inputs_outside_range": choice.outside,
        "reason": choice.reason,
        "worst": None,
        "storage": None,
    }
    if choice.worst is not None:
        worst = choice.worst
        document["worst"] = {
            "output": worst.output,
            "index": list(worst.index),
            "got": finite(worst.got),
            "truth": finite(worst.truth),
        }
    if choice.storage is not None:
        plan = choice.storage
        document["storage"] = {
            "formats": plan.formats,
            "error": finite(plan.error),
            "bits": plan.bits,
            "bits_before": plan.bits_before,
            "blockers": {
                name: {"format": blocked, "error": finite(error)}
                for name, (blocked, error) in plan.blockers.items()
            },
            "runs": plan.trials,
        }
    return document
