# SPDX-License-Identifier: BSD-3-Clause
"""What is known of every claim?  proofs/STATUS.json: results, and of which text and tools they are true.

One record is one instance of a claim, on a line of its own.  A record is current while the files
that were read, the text of the proof, the translator and the tools are those of this checkout.

Thousands of records were made of a few dozen sets of files: `texts` has each set once, under its
digest, and a record says its `text`.  Of its `files` a record lists those that name its functions.
Slices of one loop that say the same are one record (slices.py).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform

from numformats._atomic_file import write_text
from proofs import tools
from proofs.checkout import ROOT
from proofs.claim import PROVED, SKIPPED
from proofs.record import (
    blank,
    failures,
    home,
    key_of,
    made,
    packed,
    unpacked,
    with_mutant,
    with_second,
)
from proofs.slices import gathered, spread

PATH = ROOT / "proofs" / "STATUS.json"
SCHEMA = 1
KEYS = ["schema", "core", "machine", "tools", "claims", "failed", "skipped", "texts"]
LEFT = "instances not proved of this text: make proofs-long"


class StatusError(Exception):
    """STATUS.json is not what this module writes."""


class Status:
    """Records by claim and instance, and claims that were skipped with the reason."""

    def __init__(self, checkout, path=PATH):
        self.checkout, self.path = checkout, path
        self.records, self.skipped, self.tools = {}, {}, {}
        self.digests = {}
        self.found_now = set()  # jobs of this run, by their keys
        if path is not None and path.exists():
            self.read(path)

    def read(self, path):
        """Take what is there; StatusError where it is none of ours."""
        try:
            found = json.loads(path.read_text("utf-8"))
            if found["schema"] != SCHEMA:
                raise StatusError(
                    f"{path} has schema {found['schema']}; this program reads {SCHEMA}"
                )
            texts = found["texts"]
            read = [unpacked(record, texts) for record in spread(found["claims"])]
            self.records = {key_of(record): record for record in read}
            self.skipped = {entry["id"]: entry["why"] for entry in found["skipped"]}
            self.tools = found["tools"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StatusError(
                f"{path} is no STATUS.json ({error!r}): restore or remove it"
            ) from None

    # ---- what is current ------------------------------------------------------------------------

    def digest(self, path):
        """SHA-256 of a file: C text of the checkout, all else of ours; "" where it is not there."""
        if path not in self.digests:
            file = (self.checkout.root if path.startswith("cbits/") else ROOT) / path
            self.digests[path] = tools.sha(file.read_bytes()) if file.is_file() else ""
        return self.digests[path]

    def is_current(self, record):
        """Is a record about this text, proved by this proof, with these tools?"""
        return (
            bool(record["files"])
            and all(self.digest(path) == sha for path, sha in record["files"].items())
            and all(
                not tools.version(tool) or self.tools.get(tool) == tools.version(tool)
                for tool in tools.OF_KIND.get(record["kind"], ())
            )
        )

    def lacks(self, job):
        """Is there no current record that says what the job would find?"""
        record = self.records.get((job.claim.id, job.instance))
        if job.mutant is not None:
            record = self.records.get(home(job))
            found = [
                m for m in (record or {"mutants": []})["mutants"] if m["name"] == job.mutant.name
            ]
            if not found or found[0]["result"] != job.expected:
                return True
        elif record is None or record["result"] != PROVED or (job.second and not record["second"]):
            return True
        own = tools.own_texts(tools.module_of(job.claim))
        return not (own.items() <= record["files"].items() and self.is_current(record))

    def seconds(self, job):
        """What a job took at last, None where nobody knows."""
        record = self.records.get(home(job))
        if record is None:
            return None
        if job.mutant is not None:
            found = [m for m in record["mutants"] if m["name"] == job.mutant.name]
            return found[0]["seconds"] if found else None
        return (record["second"] or {}).get("seconds") if job.second else record["seconds"]

    # ---- what is new ----------------------------------------------------------------------------

    def forget_other_tools(self, kinds):
        """Drop what other tools have proved than those of which new results will be."""
        now = tools.versions(kinds)
        for key, record in list(self.records.items()):
            names = tools.OF_KIND.get(record["kind"], ()) if record["kind"] in kinds else ()
            if any(now.get(name) and self.tools.get(name) != now[name] for name in names):
                del self.records[key]
        self.tools.update(now)

    def add(self, job, outcome):
        """Keep what a job has found."""
        key = home(job)
        if outcome.result == SKIPPED:
            if key not in self.records:
                self.skipped[job.claim.id] = outcome.why
            return
        self.skipped.pop(job.claim.id, None)
        record = self.records.get(key) or blank(job)
        if job.mutant is not None:
            self.records[key] = with_mutant(record, job, outcome)
        elif job.second:
            self.records[key] = with_second(record, job, outcome)
        else:
            self.records[key] = made(job, outcome, self.of_this_text(record))
        self.found_now.add(job.key)

    def of_this_text(self, record):
        """A record without what was found of another text, before this run."""
        if self.is_current(record):
            return record
        now = {(name, mutant) for name, _, mutant, _ in self.found_now}
        second = any(name == record["id"] and solver for name, _, _, solver in self.found_now)
        return {
            **record,
            "mutants": [m for m in record["mutants"] if (record["id"], m["name"]) in now],
            "second": record["second"] if second else None,
        }

    def forget_stale(self, claims):
        """Drop records of another text, and of claims that are no more."""
        for key, record in list(self.records.items()):
            if key[0] not in claims or not self.is_current(record):
                del self.records[key]

    def say_left(self, claims):
        """Count the instances of each claim that no record is about; is that other than it was?"""
        said = {n: w for n, w in self.skipped.items() if n in claims and not w.endswith(LEFT)}
        for claim in claims.values():
            found = [self.records.get((claim.id, i)) for i in claim.instances]
            left = sum(not record or not self.is_current(record) for record in found)
            if left and claim.id not in said:
                said[claim.id] = f"{left} of {len(found)} {LEFT}"
        changed, self.skipped = said != self.skipped, said
        return changed

    def proper(self):
        """Records with a result, in order."""
        return [self.records[key] for key in sorted(self.records) if self.records[key]["result"]]

    def document(self):
        """The content of STATUS.json."""
        records = self.proper()
        read = {
            p: s for record in records for p, s in record["files"].items() if p.startswith("cbits/")
        }
        core = "".join(f"{path} {sha}\n" for path, sha in sorted(read.items()))
        machine = {
            "cores": os.cpu_count(),
            "architecture": platform.machine(),
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
        }
        texts = {}
        return {
            "schema": SCHEMA,
            "core": tools.sha(core.encode()),
            "machine": machine,
            "tools": dict(sorted(self.tools.items())),
            "claims": gathered([packed(record, texts) for record in records]),
            "failed": [failure for record in records for failure in failures(record)],
            "skipped": [{"id": name, "why": self.skipped[name]} for name in sorted(self.skipped)],
            "texts": dict(sorted(texts.items())),
        }

    def save(self):
        """Write it: whole or not at all, through an existing link."""
        if self.path is not None:
            write_text(self.path, text_of(self.document()))


def text_of(document):
    """JSON with a record on each line, so that a change of one is a change of one line."""
    parts = []
    for name, value in document.items():
        if isinstance(value, list) and value:
            lines = ",\n  ".join(json.dumps(item) for item in value)
            parts.append(f"{json.dumps(name)}: [\n  {lines}\n ]")
        elif name == "texts" and value:
            lines = ",\n  ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f"{json.dumps(name)}: {{\n  {lines}\n }}")
        else:
            parts.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{" + ",\n ".join(parts) + "}\n"
