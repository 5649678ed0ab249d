# SPDX-License-Identifier: BSD-3-Clause
"""How does the static library keep the names of the core to itself?

    make_static.py OUTPUT OBJCOPY AR WHOLE_ARCHIVE ARCHIVE COMPILER...

All of the first archive, and what it needs of the second, become one object in which hidden names
are local: a program that is linked with it may have functions of any of these names.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Write OUTPUT, or nothing at all."""
    output, objcopy, ar, whole, rest, *compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        linked, archive = Path(folder, "numformats.o"), Path(folder, "lib.a")
        archives = ["-Wl,--whole-archive", whole, "-Wl,--no-whole-archive", rest]
        run = subprocess.check_call
        run([*compiler, "-r", "-nostdlib", "-o", str(linked), *archives])
        run([objcopy, "--localize-hidden", str(linked)])
        run([ar, "rcs", str(archive), str(linked)])
        Path(output).write_bytes(archive.read_bytes())


if __name__ == "__main__":
    main()
