# SPDX-License-Identifier: BSD-3-Clause
"""Does the core keep the rules that let proofs read it, and is a breach seen?"""

import pytest

from proofs.checkout import Checkout
from proofs.smt.rules import breaches

ROUND = "cbits/core/round.h"
PLACE = "    const uint64_t half = (uint64_t)1 << 63;"
PLANTED = {
    "a loop without a constant end": "for (int i = 0; i < (int)dropped; i++) odd = !odd;",
    "return inside a loop": "for (int i = 0; i < 3; i++) if (odd) return sign;",
    "break outside switch": "for (int i = 0; i < 3; i++) { if (i == 1) break; }",
    "goto": "if (odd) goto out; out:;",
    "memcpy": "uint64_t again = dropped; memcpy(&again, &dropped, 8);",
    "__builtin_popcountll": "odd ^= __builtin_popcountll(dropped) & 1;",
    "shadows": "if (sign) { bool odd = sign; (void)odd; }",
}


def test_the_core_keeps_them():
    assert breaches(Checkout()) == []


@pytest.mark.parametrize("words", PLANTED)
def test_breaches_are_seen(words):
    with Checkout().changed(ROUND, PLACE, f"{PLACE} {PLANTED[words]}") as changed:
        found = breaches(changed, ["nf_round_up"])
    assert any(words in line or "loop whose end is no constant" in line for line in found), found


def test_new_headers_are_seen(tmp_path):
    with Checkout().changed(ROUND, PLACE, PLACE + " ") as changed:
        (changed.cbits / "core" / "new.h").write_text("int nf_new;\n")
        assert breaches(changed, ["nf_round_up"]) == ["new.h is neither read nor in OUTSIDE"]
