# SPDX-License-Identifier: BSD-3-Clause
"""The ``numformats`` command: what does it do with errors, Ctrl-C and missing extras?"""

from __future__ import annotations

import os
import sys

from numformats.analysis.problems import CompareError, one_line
from numformats.cli.optional_paths import with_paths


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the result is its exit status.

    0: done; 1: a problem with the input, told in one line on stderr; 2: wrong usage (one line);
    130: interrupted.
    """
    try:
        status, problem = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        status, problem = 130, "interrupted"
    except BrokenPipeError:
        # The reader of a pipe has gone; keep Python from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status, problem = 1, ""
    if problem:
        sys.stderr.write(f"numformats: {' '.join(problem.split())}\n")
    return status


def _run(arguments: list[str] | None) -> tuple[int, str]:
    """Exit status and, unless it is 0, the reason."""
    try:
        import typer  # noqa: PLC0415 - an extra: without it there is a line to say so

        from numformats.cli.app import app  # noqa: PLC0415
    except ModuleNotFoundError as error:
        return 1, f"{error}; the command line needs: pip install 'numformats[cli]'"
    try:
        given = with_paths(sys.argv[1:] if arguments is None else arguments)
        status = app(args=given, prog_name="numformats", standalone_mode=False)
    except CompareError as error:
        return 1, str(error)
    except typer.TyperException as error:
        return 2, error.format_message()
    except typer.Abort:
        return 130, "interrupted"
    except BrokenPipeError:
        raise
    except OSError as error:
        return 1, one_line(error)
    # Typer turns Ctrl-C into the status 130, and gives None when a command has ended.
    return (status, "interrupted" if status == 130 else "") if isinstance(status, int) else (0, "")
