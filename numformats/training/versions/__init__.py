# SPDX-License-Identifier: BSD-3-Clause
"""How does a model that answers requests become the next one?  Signed versions, warm rotation.

A trainer publishes versions into a store: each a signed record that continues the chain of those
before.  Readers verify a version, compute what it certifies again, and exchange the model by one
reference; who took the old one keeps it.

Read in this order: refused, canonical, keys, record, certificate, lock, store; served, rotation,
follower, divergence.
"""

from numformats.training.versions.canonical import decode, encode
from numformats.training.versions.certificate import certificate
from numformats.training.versions.divergence import KLTrigger, kl_divergence
from numformats.training.versions.follower import Follower, load_version
from numformats.training.versions.keys import SigningKey, VerifyingKey
from numformats.training.versions.record import DOMAIN, NO_PARENT, Record
from numformats.training.versions.refused import REASONS, VersionRefusedError
from numformats.training.versions.rotation import Rotation
from numformats.training.versions.served import Served
from numformats.training.versions.store import VersionStore

__all__ = [
    "DOMAIN",
    "NO_PARENT",
    "REASONS",
    "Follower",
    "KLTrigger",
    "Record",
    "Rotation",
    "Served",
    "SigningKey",
    "VerifyingKey",
    "VersionRefusedError",
    "VersionStore",
    "certificate",
    "decode",
    "encode",
    "kl_divergence",
    "load_version",
]
