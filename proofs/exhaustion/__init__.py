# SPDX-License-Identifier: BSD-3-Clause
"""Which claims are proved by trying everything?"""

from proofs.exhaustion import error_terms, narrow, pairs, vectors, words

CLAIMS = [*narrow.CLAIMS, *pairs.CLAIMS, *error_terms.CLAIMS, *vectors.CLAIMS, *words.CLAIMS]
