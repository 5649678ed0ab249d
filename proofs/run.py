# SPDX-License-Identifier: BSD-3-Clause
"""Which claims are true of the C text in this checkout?  python -m proofs.run --claim ID --row FORMAT"""

from __future__ import annotations

import argparse
import sys

sys.path.append(
    sys.path.pop(0)
)  # the folder numformats/ beside this one is not the package that was built

from proofs.checkout import Checkout
from proofs.registry import claims


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--claim", action="append", default=[])
    parser.add_argument("--row")
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--seconds", type=float)
    args = parser.parse_args()
    status = 0
    for name, claim in claims().items():
        if args.claim and name not in args.claim:
            continue
        instances = claim.of_row(args.row) if args.row and claim.of_row else claim.instances
        for instance in instances:
            out = claim.prove(instance, Checkout(), args.seconds or claim.seconds)
            print(
                name,
                instance,
                out.result,
                f"{out.seconds:.2f} s",
                out.nodes,
                out.why,
                *out.counterexample,
                sep="  ",
                flush=True,
            )
            status |= out.result != "proved"
        for mutant in claim.mutants if args.mutants else ():
            with Checkout().changed(mutant.path, mutant.old, mutant.new) as changed:
                out = claim.prove(mutant.instance, changed, args.seconds or claim.seconds)
            print(
                "  mutant",
                mutant.name,
                out.result,
                f"{out.seconds:.2f} s",
                out.why,
                *out.counterexample,
                sep="  ",
                flush=True,
            )
            status |= out.result != ("proved" if mutant.equivalent else "refuted")
    return status


if __name__ == "__main__":
    sys.exit(main())
