/* SPDX-License-Identifier: BSD-3-Clause */
/* Should a long call stop before it is done?  (Part of the public face.)  What it had to fill is
 * then filled in part. */
#ifndef NF_STOP_H
#define NF_STOP_H

#include <stdbool.h>
#include <stdint.h>

/* The caller's answer: true when a user waits no longer.  Asked by every thread that works. */
typedef bool nf_stop(void);
/* Once, before the first long call.  NULL, as at first: never. */
void nf_set_stop(nf_stop *stop);

/* What long loops ask after so much work, in units of about 10 ns: mostly no more than a counter
 * of this thread. */
bool nf_should_stop(uint64_t work);
/* Did it say so in this thread, since this was asked last?  For calls that go on to some end of
 * their own, or have another failure too; they ask once before they begin. */
bool nf_take_stop(void);

#endif
