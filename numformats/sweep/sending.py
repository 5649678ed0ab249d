# SPDX-License-Identifier: BSD-3-Clause
"""How does a user's function reach a worker, and when are two functions the same?

It travels as cloudpickle has it, by value where its file is not installed: so a worker needs no
copy of the script.  Modules that lie beside it are looked for in its folder, which a cluster may
share.
"""

from __future__ import annotations

import functools
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numformats.analysis.problems import one_line
from numformats.sweep.cluster import dask
from numformats.sweep.plan import digest
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["received", "sent", "source_of"]


def sent(function: Callable[..., object]) -> tuple[bytes, str]:
    """The function as bytes, and the folder of its script, empty where there is none.

    Raises SweepError where it cannot be sent, and where Dask is missing.
    """
    dask()
    import cloudpickle  # noqa: PLC0415 - comes with Dask

    module = sys.modules.get(getattr(function, "__module__", None) or "")
    by_value = module is not None and _is_script(module)
    if by_value:
        cloudpickle.register_pickle_by_value(module)
    try:
        code = cloudpickle.dumps(function)
    except Exception as error:
        raise SweepError(f"{function!r} cannot be sent to workers: {one_line(error)}") from error
    finally:
        if by_value:
            cloudpickle.unregister_pickle_by_value(module)
    file = getattr(module, "__file__", None)
    return code, str(Path(file).resolve().parent) if file and not _is_installed(file) else ""


@functools.lru_cache(maxsize=8)
def received(code: bytes, folder: str) -> Callable[..., object]:
    """The function, on a worker; made once, whatever it keeps."""
    import cloudpickle  # noqa: PLC0415

    if folder and folder not in sys.path:
        sys.path.append(folder)
    found: Callable[..., object] = cloudpickle.loads(code)
    return found


def source_of(function: Callable[..., object], code: bytes) -> str:
    """A digest of the file of a function, else of its code, else of what is sent."""
    try:
        file = inspect.getsourcefile(function)
    except TypeError:  # a builtin, a partial
        file = None
    if file is not None and Path(file).is_file():
        text = Path(file).read_bytes()
    elif hasattr(function, "__code__"):
        text = _code_text(function.__code__).encode()
    else:
        return digest(code)
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    taken = [*(getattr(function, "__defaults__", None) or ()), *cells]
    plain = [value for value in taken if isinstance(value, bool | int | float | str)]
    return digest(text + repr(plain).encode())


def _code_text(code: Any) -> str:
    inner = [_code_text(c) if hasattr(c, "co_code") else repr(c) for c in code.co_consts]
    return repr((code.co_code, code.co_names, code.co_varnames, inner))


def _is_script(module: Any) -> bool:
    """Is it a file that a worker's import may not find?  Of __main__ cloudpickle knows."""
    file = getattr(module, "__file__", None)
    return file is not None and module.__name__ != "__main__" and not _is_installed(file)


def _is_installed(file: str) -> bool:
    """Is it among what pip installs, or of the standard library?"""
    standard = Path(inspect.__file__).parent
    return "site-packages" in Path(file).parts or standard in Path(file).parents
