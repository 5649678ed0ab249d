/* SPDX-License-Identifier: BSD-3-Clause */
/* Which library is this, and which CPU level does it run at? */
#include "library.h"

#include <stdlib.h>

/* Before main, or in dlopen: when no other thread can be in the library.  A level that is not there
 * cannot be reported from here: then the best one runs, and nf_cpu_level says which. */
__attribute__((constructor)) static void choose_level(void)
{
    if (nf_core_init(getenv("NUMFORMATS_LEVEL")) != NULL)
        nf_core_init(NULL);
}

const char *nf_version(void)
{
    return NUMFORMATS_VERSION;
}

const char *nf_cpu_level(void)
{
    return nf_level();
}

const char *nf_status_message(int status)
{
    return nf_status_text((nf_status)status);
}
