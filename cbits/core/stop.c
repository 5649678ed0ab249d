/* SPDX-License-Identifier: BSD-3-Clause */
/* When do long loops ask the caller whether to stop? */
#include "nf_stop.h"

#include <stddef.h>

/* Some 0.5 ms: the answer may take a clock, and must be had well within a second. */
enum { ENOUGH = 1 << 16 };

static nf_stop *answer;
static _Thread_local uint64_t since; /* work of this thread since it asked */
static _Thread_local bool stopped;

void nf_set_stop(nf_stop *stop)
{
    answer = stop;
}

bool nf_should_stop(uint64_t work)
{
    since += work;
    if (since < ENOUGH || answer == NULL)
        return false;
    since = 0;
    bool now = answer();
    stopped |= now; /* a later answer does not take back an earlier one */
    return now;
}

bool nf_take_stop(void)
{
    bool taken = stopped;
    stopped = false;
    return taken;
}
