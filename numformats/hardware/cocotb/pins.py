# SPDX-License-Identifier: BSD-3-Clause
"""Which ports of a design carry operands, results and the handshake?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.hardware.cocotb.problems import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numformats.hardware.operations import Operation

__all__ = ["Pins"]

_OPTIONAL = ("flags", "clk", "rst", "rst_n", "in_valid", "in_ready", "out_valid", "out_ready")


class Pins:
    """The handles of a design by the names of the convention (docs/reference/rtl-ports.md).

    `ports` maps names of the convention to the design's.  Raises BenchError for an operand or a
    result that is missing or of the wrong width, a mapped port that is missing, valid without a
    clock, and ready without valid.
    """

    def __init__(
        self, dut: Any, operation: Operation, ports: Mapping[str, str] | None = None
    ) -> None:
        self.name: str = dut._name  # noqa: SLF001 - as cocotb documents it
        names = dict(ports or {})
        operands = "abc"[: len(operation.operands)]
        strange = sorted(set(names) - {*operands, "result", *_OPTIONAL})
        if strange:
            allowed = ", ".join((*operands, "result", *_OPTIONAL))
            raise BenchError(f"ports has {strange[0]!r}; allowed: {allowed}")
        self.dut = dut
        self._handles: dict[str, Any] = {}
        for name in (*operands, "result", *_OPTIONAL):
            own = names.get(name, name)
            handle = getattr(dut, own, None)
            if handle is not None:
                self._handles[name] = handle
            elif name in names or name not in _OPTIONAL:
                raise BenchError(f"{self.name} has no port {own!r}")
        widths = [f.bits for f in (*operation.operands, operation.result)]
        for name, bits in zip((*operands, "result"), widths, strict=True):
            if len(self[name]) != bits:
                raise BenchError(
                    f"port {names.get(name, name)!r} of {self.name} has {len(self[name])} bits; "
                    f"{name} has {bits}"
                )
        self.operands = [self[name] for name in operands]
        self._see_that_they_go_together()

    def _see_that_they_go_together(self) -> None:
        if "out_valid" in self and "clk" not in self:
            raise BenchError(f"{self.name} has out_valid and no clk: map its clock by ports")
        if ("in_valid" in self) != ("out_valid" in self):
            raise BenchError(f"{self.name} has one of in_valid and out_valid; both are needed")
        for name in ("in_ready", "out_ready"):
            if name in self and "out_valid" not in self:
                raise BenchError(f"{self.name} has {name} and no out_valid")

    def __contains__(self, name: str) -> bool:
        """Has the design this port?"""
        return name in self._handles

    def __getitem__(self, name: str) -> Any:
        """The handle of a port."""
        return self._handles[name]

    def drive(self, name: str, value: int) -> None:
        """Give a port a value, if it is there."""
        if name in self:
            self[name].value = value

    def drive_operands(self, row: Sequence[int]) -> None:
        """Give the operands their codes."""
        for handle, code in zip(self.operands, row, strict=True):
            handle.value = code

    def is_high(self, name: str) -> bool:
        """Is a port 1?  One that is not there is; one that is undefined is not."""
        return name not in self or str(self[name].value) == "1"

    def read(self, name: str) -> int | None:
        """The bits of a port; None where some are undefined."""
        value = self[name].value
        return int(value.to_unsigned()) if value.is_resolvable else None
