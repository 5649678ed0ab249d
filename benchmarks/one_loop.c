/* SPDX-License-Identifier: BSD-3-Clause */
/* One loop over n elements, for instructions.py to count: one_loop <format> <operation> <n>. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nf.h"

int main(int count, char **words)
{
    const char *problem = nf_core_init(getenv("NUMFORMATS_LEVEL"));
    if (problem || count != 4) {
        fprintf(stderr, "%s\n", problem ? problem : "one_loop <format> <operation> <n>");
        return 2;
    }
    const nf_format *f = NULL;
    for (int i = 0; i < nf_named_count; i++)
        if (strcmp(nf_named_formats[i].name, words[1]) == 0)
            f = &nf_named_formats[i].format;
    int op = 0;
    while (op < NF_OP_COUNT && strcmp(nf_op_name((nf_op)op), words[2]) != 0)
        op++;
    long n = atol(words[3]);
    if (f == NULL || op == NF_OP_COUNT || n < 1)
        return 2;
    /* codes around 1, of both signs where the format has them */
    const int size = nf_storage_bytes(f);
    const uint64_t one = nf_limits_of(f).one;
    char *data[3];
    for (int k = 0; k < 3; k++) {
        data[k] = malloc((size_t)(n * size));
        for (long i = 0; i < n; i++) {
            uint64_t code = one ^ (nf_random(1, (uint64_t)k, (uint64_t)i) >> (64 - f->bits / 2));
            memcpy(data[k] + i * size, &code, (size_t)size);
        }
    }
    if (nf_op_kind((nf_op)op) == NF_KIND_T_T)
        data[1] = data[2];
    const intptr_t strides[3] = {size, size, size};
    nf_env env = {0, 0, 0, 0};
    /* twice if asked: the difference of two runs is one call */
    for (int i = 0; i < (getenv("TWICE") ? 2 : 1); i++)
        nf_find_loop(f, (nf_op)op)(f, data, strides, n, &env);
    return 0;
}
