# SPDX-License-Identifier: BSD-3-Clause
"""How fast are elementary functions of one argument, beside NumPy and universal-dtypes, in one run?

    python benchmarks/functions.py                    everything: tables, functions.json
    python benchmarks/functions.py --formats posit32  only these, only the tables
    python benchmarks/functions.py --docs             rewrite the tables of docs/ from the JSON

Timed as in elementwise.py: one thread, every contestant in turn, medians of the rounds, elements that
fit the time.  All get the same arguments, of the function's domain.  Tables of 16-bit formats are
made before; what that costs is measured in processes of its own.  Lines that have become slower by a
fifth or more against everybody else than in the committed JSON are listed; with --strict they fail.
"""

from __future__ import annotations

import sys

from elementwise import measured, options_of, tell_slower
from elementwise_report import write_json
from functions_once import numpy_level, table_milliseconds, wrong_percent
from functions_peers import FORMATS, FUNCTIONS, USED, contestants
from functions_report import LENGTH, RECORD, SHORT, show, write_docs

TABLE_ROUNDS = 3


def main() -> int:
    options = options_of(__doc__, FORMATS, FUNCTIONS, (int(SHORT), int(LENGTH)))
    if options.docs:
        write_docs()
        return 0
    tables = {}
    if options.whole:
        tables = table_milliseconds(options.operations, options.formats, TABLE_ROUNDS)
        print("measured: making tables", flush=True)
    record = measured(options, contestants, USED)
    record |= {"numpy_level": numpy_level(), "table_milliseconds": tables}
    show(record)
    slower = tell_slower(record, RECORD)
    if options.whole:
        record["wrong_percent"] = wrong_percent(options.operations)
        write_json(record, RECORD)
    return 1 if slower and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
