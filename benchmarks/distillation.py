# SPDX-License-Identifier: BSD-3-Clause
"""Is a distilled student ever worse than the teacher alone, or than a model from scratch?

    python benchmarks/distillation.py --seeds 10            n = 10 ... 400 labels of two domains
    python benchmarks/distillation.py --quick               seconds: does it run?
    python benchmarks/distillation.py --docs                table and picture of the page

The teacher, multinomial logistic regression, learns 700 of scikit-learn's digits.  A domain shows
other digits otherwise: "noisy" with half the contrast and noise, "moved" one pixel to the right.
Each draw (seed) takes n labels of a domain; all accuracies are of the 360 test digits, shown so.
A run that is in the JSON file is not made again: stopped runs go on.
"""

from __future__ import annotations

import sys
import time
from functools import cache
from typing import Any

import numpy as np
from distillation_report import RECORD, show, write_docs
from recorded import Recorded, names, options_of, path_of

from numformats.training import Linear, load_images
from numformats.training.distillation import Prior, candidates_of, distill, fisher, map_estimate
from numformats.training.distillation.estimate import rounded

LABELS = (10, 25, 50, 100, 200, 400)
KNOWN, POOL = 700, 437  # digits that the teacher learns; then those whose labels may be drawn
STUDENTS = {"float64": np.float64, "posit16": "posit16", "posit8": "posit8"}


def noisy(x: Any, rng: Any) -> Any:
    """Half the contrast, on grey, and noise."""
    return np.clip(0.5 * x + 0.2 + 0.15 * rng.standard_normal(x.shape), 0, 1)


def moved(x: Any, rng: Any) -> Any:  # noqa: ARG001 - as the others
    """One pixel to the right; the last column comes in on the left."""
    return np.roll(x.reshape(-1, 8, 8), 1, 2).reshape(-1, 64)


DOMAINS = {"noisy": noisy, "moved": moved}


class Setting:
    """The teacher and what it knows; made once."""

    def __init__(self) -> None:
        self.images = load_images("digits")
        x, y = self.images.x[:KNOWN], self.images.y[:KNOWN]
        self.scratch = Linear(64, 10, dtype=np.float64, seed=0)
        zeros = {k: np.zeros(a.shape) for k, a in self.scratch.parameters().items()}
        weak = Prior(zeros, {k: np.full(a.shape, 0.3) for k, a in zeros.items()})
        self.teacher = map_estimate(self.scratch, x, y, weak, steps=80, tolerance=1e-6)
        self.information = fisher(self.teacher, x[:200])

    def run(self, domain: str, n: int, seed: int) -> dict[str, Any]:
        """One draw of n labels: the accuracy of each way to make a model of them."""
        began = time.perf_counter()
        rng = np.random.default_rng([seed, n])
        shift = DOMAINS[domain]
        rest_x, rest_y = self.images.x[KNOWN:], self.images.y[KNOWN:]
        x, test = shift(rest_x, rng), shift(self.images.test_x, rng)
        drawn = rng.permutation(POOL)[:n]
        probes = x[POOL : POOL + 150]
        candidates = candidates_of(self.teacher, self.scratch, self.information, probes)
        found = distill(candidates, x[drawn], rest_y[drawn], folds=3, seed=seed)

        def right(model: Any) -> float:
            outputs = np.asarray(model(test)).astype(float)
            return float((outputs.argmax(axis=1) == self.images.test_y).mean())

        row = {"domain": domain, "n": n, "seed": seed, "chosen": found.chosen}
        row["teacher"], row["scratch"] = (
            right(self.teacher),
            right(candidates[1].fit(x[drawn], rest_y[drawn])),
        )
        for name in ("isotropic 3", "Fisher 0.3", "function 30"):
            (one,) = (c for c in candidates if c.name == name)
            row[name] = right(one.fit(x[drawn], rest_y[drawn]))
        for name, dtype in STUDENTS.items():
            row[f"distilled {name}"] = right(rounded(found.model, dtype))
        return row | {"seconds": round(time.perf_counter() - began, 1)}


@cache
def setting() -> Setting:
    """The one of all draws; a call that draws nothing makes none."""
    return Setting()


def line(row: dict[str, Any]) -> str:
    """What is printed of a draw."""
    return (f"{row['domain']}, {row['n']} labels, draw {row['seed']}: teacher {row['teacher']:.3f}, scratch "
            f"{row['scratch']:.3f}, distilled {row['distilled float64']:.3f} ({row['chosen']}) "
            f"in {row['seconds']} s")  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for, or rewrite the docs."""
    few = "10 labels, one draw, one domain"
    parser = options_of(__doc__, RECORD, few, seeds="draws 0, 1, ... up to that number")
    parser.add_argument("--domains", type=names(DOMAINS), help=f"of: {', '.join(DOMAINS)}")
    options = parser.parse_args(arguments)
    if options.docs:
        write_docs()
        return 0
    domains = options.domains or (["moved"] if options.quick else DOMAINS)
    wanted = [{"domain": domain, "n": n, "seed": seed} for domain in domains
              for seed in range(options.seeds) for n in (LABELS[:1] if options.quick else LABELS)]  # fmt: skip
    kept = Recorded(path_of(options, RECORD), {"runs": []})
    kept.complete(kept.record["runs"], wanted, lambda **case: setting().run(**case), line)
    show(kept.record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
