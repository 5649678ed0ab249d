/* SPDX-License-Identifier: BSD-3-Clause */
/* Where does the core get memory from, and how often did it ask?  (Part of the public face.)
 *
 * The only door to the heap: whoever counts its calls counts them all. */
#ifndef NF_HEAP_H
#define NF_HEAP_H

#include <stddef.h>
#include <stdint.h>

void *nf_heap_take(size_t bytes); /* as malloc; NULL: no memory */
void nf_heap_give(void *memory);  /* as free */
/* How often nf_heap_take was called in this process, by all threads. */
uint64_t nf_heap_calls(void);

#endif
