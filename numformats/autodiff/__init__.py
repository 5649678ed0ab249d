# SPDX-License-Identifier: BSD-3-Clause
"""What is the derivative of a function of NumPy code?  One table of rules, read in both ways."""
