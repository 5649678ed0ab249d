# SPDX-License-Identifier: BSD-3-Clause
"""How large can the error be, over a whole box of inputs?  Static bounds.

Read in this order: interval, affine, rounding_tables, local_rounding, quantity, rules, functions,
decisions, interpreter, boxes, certificate.
"""
