# SPDX-License-Identifier: BSD-3-Clause
"""How does one line of STATUS.json say what is known of many slices of one loop?

A loop over all arguments is cut into slices, each an instance with the part "add 3/64".  Of whole
loops there are ten thousand; what is said of neighbours, "add 3-17/64", differs in seconds only.
"""

from __future__ import annotations

import json
import re

SLICE = re.compile(r"(?P<name>.*) (?P<first>\d+)(-(?P<last>\d+))?/(?P<n>\d+)")
OWN = ("split", "seconds")  # what slices may differ in


def gathered(records):
    """The records, runs of slices that say the same as one: its seconds are those of all of them."""
    runs, found = {}, []
    for record in records:
        part = SLICE.fullmatch(record["split"] or "")
        if part is None or record["mutants"]:
            found.append([(0, record)])
            continue
        same = {name: value for name, value in record.items() if name not in OWN}
        key = part["name"], part["n"], json.dumps(same, sort_keys=True)
        if key not in runs:
            runs[key] = []
            found.append(runs[key])
        runs[key].append((int(part["first"]), record))
    return [together(run) for slices in found for run in neighbours(slices)]


def neighbours(slices):
    """Lists of slices whose numbers follow one another."""
    run = []
    for k, record in sorted(slices, key=lambda one: one[0]):
        if run and k != run[-1][0] + 1:
            yield run
            run = []
        run.append((k, record))
    yield run


def together(run):
    """The one record of a run."""
    (first, record), (last, _) = run[0], run[-1]
    if last > first:
        name, n = SLICE.fullmatch(record["split"]).group("name", "n")
        seconds = round(sum(one["seconds"] for _, one in run), 2)
        record = {**record, "split": f"{name} {first}-{last}/{n}", "seconds": seconds}
    return record


def spread(records):
    """The records, one for each slice, with its share of the seconds; ValueError where there is no such run."""
    for record in records:
        part = SLICE.fullmatch(record["split"] or "")
        if part is None or part["last"] is None:
            yield record
            continue
        first, last = int(part["first"]), int(part["last"])
        if not first < last < int(part["n"]):
            raise ValueError(f"split {record['split']!r}: these slices do not follow one another")
        share = record["seconds"] / (last - first + 1)
        for k in range(first, last + 1):
            yield {**record, "split": f"{part['name']} {k}/{part['n']}", "seconds": share}
