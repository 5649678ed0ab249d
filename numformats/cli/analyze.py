# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats analyze`` go from its arguments to listing, HTML and JSON?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from numformats._atomic_file import STDOUT
from numformats.analysis import find_candidate, load_workload, trace
from numformats.analysis.problems import CompareError, one_line
from numformats.cli.listing import print_report
from numformats.cli.run import Targets, check_targets
from numformats.cli.tables import console
from numformats.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from numformats.analysis import Workload
    from numformats.analysis.report import Report

REFERENCES = ("double", "float64", "exact")


def run_analyze(  # noqa: PLR0913 - the options of the command
    target: str,
    format_name: str,
    *,
    reference: str,
    data: str | None,
    html: Path | None,
    json_file: Path | None,
) -> None:
    """The command: everything that can be wrong is found before the long run starts."""
    candidate = find_candidate(format_name)
    digits = _reference(reference)
    check_targets(Targets(html=html, json_file=json_file))
    workload = load_workload(target, data)
    with progress(f"{workload.name} in {candidate.name}"):
        report = _trace(workload, candidate.dtype, digits)
    streams = [path for path in (json_file, html) if path is not None and str(path) == STDOUT]
    print_report(report, console(stderr=bool(streams)))
    if json_file is not None:
        report.to_json(json_file)
    if html is not None:
        report.to_html(html)


def _reference(text: str) -> str | int:
    if text in REFERENCES:
        return text
    if re.fullmatch(r"[0-9]{1,6}", text) and int(text) >= 20:
        return int(text)
    raise CompareError(f"--reference {text}: it must be {', '.join(REFERENCES)} or digits from 20")


def _trace(workload: Workload, dtype: object, reference: str | int) -> Report:
    try:
        with np.errstate(all="ignore"):  # the report tells of NaN and saturation
            return trace(workload.function, *workload.inputs, dtype=dtype, reference=reference)
    except (Exception, SystemExit) as error:
        where = _last_line(error, workload)
        raise CompareError(f"{workload.name} failed{where}: {one_line(error)}") from error


def _last_line(error: BaseException, workload: Workload) -> str:
    """Where in the user's script the error arose."""
    file = getattr(getattr(workload.function, "__code__", None), "co_filename", None)
    at, line = error.__traceback__, None
    while at is not None:
        if at.tb_frame.f_code.co_filename == file:
            line = at.tb_lineno
        at = at.tb_next
    return "" if line is None else f" at line {line}"
