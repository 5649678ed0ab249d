/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the room of accumulator models offer? */
#ifndef NF_MODELS_ROOM_H
#define NF_MODELS_ROOM_H

#include "nf_exact.h"

/* A product, or sums of rows, as p->model adds. */
nf_outcome nf_multiply_in_model(const nf_product *p, nf_env *env);

#endif
