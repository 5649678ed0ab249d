/* SPDX-License-Identifier: BSD-3-Clause */
/* Which parts of the core are included once per field width NF_W?  In reading order. */
#include "field.h"
#include "tapered.h"
#include "ieee.h"
#include "fixed.h"
#include "codec.h"
#include "mul.h"
#include "ops.h"
#include "div.h"
#include "sqrt.h"
#include "arith.h"
#undef NF_TOP
#undef NF_SIG
#undef NF_NUMBER
#undef NF_N
#undef NF_CAT1
#undef NF_CAT2
