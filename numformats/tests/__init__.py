# SPDX-License-Identifier: BSD-3-Clause
"""Does an installed numformats work?  ``pytest --pyargs numformats``."""
