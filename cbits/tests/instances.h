/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the loops made for a row or a pattern give the codes and flags of the loop for any row? */
#include "core/ieee_rows.h"
#include "core/patterns.h"
#include "levels/kernels.h"

/* The loops of this level, and those of the portable one for any row. */
static void compare_instance(const nf_format *f)
{
#define NF_COMPARE(name, ...)                                                                      \
    compare_loops(f, NF_OP_##name, nf_find_scalar_loop(f, NF_OP_##name),                           \
                  nf_kernels_portable.runtime[NF_OP_##name]);
    NF_ARITHMETIC(NF_COMPARE, )
#undef NF_COMPARE
    const nf_format *hosts[] = {named("binary32"), named("binary64")};
    for (int i = 0; i < 2; i++) {
        compare_casts(f, hosts[i], draw_below(KINDS), nf_find_scalar_cast(f, hosts[i]),
                      nf_kernels_portable.cast);
        compare_casts(hosts[i], f, draw_below(KINDS), nf_find_scalar_cast(hosts[i], f),
                      nf_kernels_portable.cast);
    }
}

static void test_instances(void)
{
    enum {
        INSTANCES = 0
#define NF_INSTANCE(name, loops, serves, row, element) +1
#include "core/each_instance.h"
    };
    int seen[INSTANCES] = {0}, all = 0;
    for (int i = 0; i < 40 * nf_named_count; i++) {
        nf_format f = nf_named_formats[i % nf_named_count].format;
        if (i >= 8 * nf_named_count)
            f = draw_row();
        if (nf_find_instance(&f, 0) >= 0)
            compare_instance(&f);
        for (int k = nf_find_instance(&f, 0); k >= 0; k = nf_find_instance(&f, k + 1))
            seen[k]++; /* the later ones have the arithmetic of rows that own casts alone */
    }
    for (int i = 0; i < INSTANCES; i++)
        all += seen[i] > 0;
    CHECK(all == INSTANCES, "only %d of %d instances were met", all, INSTANCES);
}
