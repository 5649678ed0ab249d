# SPDX-License-Identifier: BSD-3-Clause
"""What does a design in Verilog answer?  It is compiled with a player that reads test vectors.

Two players are shipped: player.v for Icarus or any simulator of Verilog-2005, and player.cpp for
Verilator.  Read in this order: adapter, programs.
"""

from __future__ import annotations

from numformats.hardware.players.adapter import Design
from numformats.hardware.players.programs import PLAYERS, compile_player, play

__all__ = ["PLAYERS", "Design", "compile_player", "play"]
