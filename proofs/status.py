# SPDX-License-Identifier: BSD-3-Clause
"""What is known of every claim?  proofs/STATUS.json: results, and of which text and tools they are true.

One record is one instance of a claim, on a line of its own.  A record is current while the files
that were read, the text of the proof, the translator and the tools are those of this checkout.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re

from numformats._atomic_file import write_text
from proofs import tools
from proofs.checkout import ROOT
from proofs.claim import PROVED, REFUTED, SKIPPED, Instance
from proofs.jobs import Job

PATH = ROOT / "proofs" / "STATUS.json"
SCHEMA = 1
KEYS = ["schema", "core", "machine", "tools", "claims", "failed", "skipped"]
RECORD = [
    "id",
    "row",
    "width",
    "kind",
    "functions",
    "files",
    "result",
    "solver",
    "seconds",
    "nodes",
    "second",
    "vacuity",
    "split",
    "mutants",
]


class StatusError(Exception):
    """STATUS.json is not what this module writes."""


def key_of(record):
    """The claim and the instance that a record is about."""
    return record["id"], Instance(record["row"], record["width"], record["split"] or "")


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
            self.records = {key_of(record): record for record in found["claims"]}
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
            record = self.records.get(self.home(job))
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
        record = self.records.get(self.home(job))
        if record is None:
            return None
        if job.mutant is not None:
            found = [m for m in record["mutants"] if m["name"] == job.mutant.name]
            return found[0]["seconds"] if found else None
        return (record["second"] or {}).get("seconds") if job.second else record["seconds"]

    # ---- what is new ----------------------------------------------------------------------------

    def home(self, job):
        """The record that holds a job's result: of its instance; of the first where a mutant has its own."""
        instance = job.instance
        if job.mutant is not None and instance not in job.claim.instances and job.claim.instances:
            instance = job.claim.instances[0]
        return job.claim.id, instance

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
        seconds = round(outcome.seconds, 2)
        if outcome.result == SKIPPED:
            if self.home(job) not in self.records:
                self.skipped[job.claim.id] = outcome.why
            return
        self.skipped.pop(job.claim.id, None)
        if job.mutant is not None:
            record = self.records.setdefault(self.home(job), self.blank(job))
            others = [m for m in record["mutants"] if m["name"] != job.mutant.name]
            found = {"name": job.mutant.name, "result": outcome.result, "seconds": seconds}
            if job.mutant.equivalent:
                found["equivalent"] = job.mutant.equivalent
            record["mutants"] = [*others, found]
        elif job.second:
            record = self.records.setdefault(self.home(job), self.blank(job))
            if outcome.result == PROVED:
                record["second"] = {"solver": job.second, "seconds": seconds}
        else:
            self.records[self.home(job)] = self.made(job, outcome, seconds)
        self.found_now.add(job.key)

    def blank(self, job):
        """A record of which only the mutants are known yet."""
        claim, instance = job.claim, self.home(job)[1]
        return {
            **dict.fromkeys(RECORD),
            "id": claim.id,
            "row": instance.row,
            "width": instance.width,
            "kind": claim.kind,
            "functions": list(claim.functions),
            "files": {},
            "result": None,
            "seconds": 0,
            "split": instance.part or None,
            "mutants": [],
            "solver": "",
            "nodes": None,
        }

    def made(self, job, outcome, seconds):
        """The record of an instance; what else is known of the same text stays."""
        before = self.records.get(self.home(job)) or self.blank(job)
        same = self.is_current(before)
        mutants = [
            m
            for m in before["mutants"]
            if same or any(k[0] == job.claim.id and k[2] == m["name"] for k in self.found_now)
        ]
        own = tools.own_texts(tools.module_of(job.claim))
        read = {p: s for p, s in outcome.files.items() if not p.startswith("proofs/smt/c/headers/")}
        record = {
            **self.blank(job),
            "files": dict(sorted({**read, **own}.items())),
            "result": outcome.result,
            "solver": outcome.solver,
            "seconds": seconds,
            "nodes": outcome.nodes or None,
            "vacuity": outcome.vacuity or None,
            "second": before["second"] if same else None,
            "mutants": mutants,
        }
        if outcome.result == REFUTED:
            record["model"] = outcome.counterexample
        if outcome.result != PROVED:
            record["why"] = outcome.why
        return record

    def forget_stale(self, claims):
        """Drop records of another text, and of claims that are no more; say which of them are missing."""
        missing = {}
        for key, record in list(self.records.items()):
            claim = claims.get(key[0])
            gone = claim is None or key[1] not in claim.instances
            if gone or not self.is_current(record):
                del self.records[key]
        for claim in claims.values():
            have = sum((claim.id, instance) in self.records for instance in claim.instances)
            if have < len(claim.instances) and claim.id not in self.skipped:
                missing[claim.id] = (
                    f"{len(claim.instances) - have} of {len(claim.instances)} instances have not been proved of this text: make proofs-long"
                )
        self.skipped = {
            name: why
            for name, why in self.skipped.items()
            if name in claims and not re.match(r"\d+ of \d+ instances", why)
        } | missing

    def failed(self):
        """What is not as it has to be, for a person who looks for it."""
        for record in self.proper():
            where = {name: record[name] for name in ("id", "row", "width", "split", "result")}
            if record["result"] != PROVED:
                yield where | {name: record[name] for name in ("why", "model") if name in record}
            for mutant in record["mutants"]:
                if mutant["result"] != REFUTED and not mutant.get("equivalent"):
                    yield {**where, "mutant": mutant["name"], "result": mutant["result"]}

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
        return {
            "schema": SCHEMA,
            "core": tools.sha(core.encode()),
            "machine": machine,
            "tools": dict(sorted(self.tools.items())),
            "claims": records,
            "failed": list(self.failed()),
            "skipped": [{"id": name, "why": self.skipped[name]} for name in sorted(self.skipped)],
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
        else:
            parts.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{" + ",\n ".join(parts) + "}\n"


def known_job(status, claim, instance, mutant=None, second=""):
    """A job with the seconds that it took at last."""
    job = Job(claim, instance, mutant, second)
    return Job(claim, instance, mutant, second, status.seconds(job))
