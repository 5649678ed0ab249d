# SPDX-License-Identifier: BSD-3-Clause
"""Is what proofs/STATUS.json says about this text, and what proofs/README.md says that of STATUS.json?"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))  # behind everything installed: numformats/ there is not built

from proofs import status, table, tools  # noqa: E402 - see above
from proofs.record import RECORD  # noqa: E402 - see above
from proofs.registry import claims  # noqa: E402 - see above
from proofs.slices import spread  # noqa: E402 - see above

RENEW = "renew it by: make proofs (what it then still lists as skipped: make proofs-long)"
DOCUMENT = json.loads((ROOT / "proofs" / "STATUS.json").read_text("utf-8"))
CLAIMS = claims()


def test_status_has_its_keys():
    assert list(DOCUMENT) == status.KEYS
    assert DOCUMENT["schema"] == 1
    assert DOCUMENT["claims"]
    for one in DOCUMENT["claims"]:
        assert set(RECORD) <= set(one)


def test_status_is_about_these_files():
    """A change of the C text, or of a claim, has to be proved again."""
    said = {path: sha for record in DOCUMENT["claims"] for path, sha in record["files"].items()}
    found = {
        p: hashlib.sha256((ROOT / p).read_bytes()).hexdigest() for p in said if (ROOT / p).exists()
    }
    stale = sorted(
        p
        for record in DOCUMENT["claims"]
        for p, sha in record["files"].items()
        if found.get(p) != sha
    )
    assert not stale, (
        f"proofs/STATUS.json is about another text of {', '.join(dict.fromkeys(stale))}: {RENEW}"
    )


def test_status_is_of_this_translator():
    assert DOCUMENT["tools"]["translator"] == tools.translator(), (
        f"the translator is another: {RENEW}"
    )


def test_status_is_about_these_claims():
    records = spread(DOCUMENT["claims"])
    said = {(r["id"], r["row"], r["width"], r["split"] or "") for r in records}
    skipped = {entry["id"] for entry in DOCUMENT["skipped"]}
    lost = ({name for name, *_ in said} | skipped) - set(CLAIMS)
    assert not lost, f"proofs/STATUS.json has claims that are no more: {RENEW}"
    known = {
        (name, i.row, i.width, i.part) for name, claim in CLAIMS.items() for i in claim.instances
    }
    left = {name for name, *_ in known - said} - skipped
    assert not left, f"proofs/STATUS.json says nothing of {', '.join(sorted(left))}: {RENEW}"


def test_nothing_is_refuted():
    """What had no answer in the hours of make proofs-long may be there, and is said."""
    assert [x for x in DOCUMENT["failed"] if x["result"] != "unknown" or "mutant" in x] == []


def test_the_table_is_that_of_status():
    text = (ROOT / "proofs" / "README.md").read_text("utf-8")
    stale = "proofs/README.md is not of STATUS.json: python -m proofs.table --write"
    assert table.renewed(text, DOCUMENT, CLAIMS) == text, stale


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_says_what_it_is_about(claim):
    assert re.fullmatch(r"[a-z_]+\.\w+", claim.id)
    assert claim.says
    assert claim.instances
    assert claim.functions or claim.kind in ("coq", "gappa")  # which may be about a model alone
    if (
        claim.kind != "coq"
    ):  # what weakened theorems do is asked by proofs/coq/test_weakened_bounds.py
        assert claim.mutants, "a claim that nothing refutes says nothing"
    names = [m.name for m in claim.mutants]
    assert len(names) == len(set(names))


def test_planted_mistakes_have_their_places():
    """Each is a change of one place of one file, and is not there already."""
    for claim in CLAIMS.values():
        for mutant in claim.mutants:
            text = (ROOT / mutant.path).read_text("utf-8")
            assert text.count(mutant.old) == 1, (claim.id, mutant.name)
            assert mutant.old != mutant.new
