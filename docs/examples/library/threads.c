/* SPDX-License-Identifier: BSD-3-Clause */
/* Do two threads that compute at once get what one gets?  Each has a context of its own. */
#include <numformats.h>

#include <pthread.h>
#include <stdio.h>

enum { PAIRS = 1 << 16 };

typedef struct {
    uint64_t digest; /* of all results */
    uint32_t flags;
} work;

/* a op b for all a of 8 bits and all b, by four operations, in a format parsed here. */
static void *run(void *argument)
{
    work *w = argument;
    nf_format f;
    nf_env env = {0, 7, 0, 0};
    nf_format_parse("float<exp=4,man=3,rounding=stochastic>", &f, NULL);
    w->digest = 0;
    for (uint64_t i = 0; i < PAIRS; i++) {
        uint64_t a = i >> 8, b = i & 255;
        env.index = i;
        uint64_t r = nf_add(&f, a, b, &env) ^ nf_mul(&f, a, b, &env) << 8 ^
                     nf_div(&f, a, b, &env) << 16 ^ nf_exp(&f, a, &env) << 24;
        w->digest = w->digest * 0x9E3779B97F4A7C15u + r;
    }
    w->flags = env.flags;
    return NULL;
}

int main(void)
{
    work alone, both[2];
    pthread_t threads[2];
    run(&alone);
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, run, &both[i]) != 0)
            return 2;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++)
        if (both[i].digest != alone.digest || both[i].flags != alone.flags) {
            printf("thread %d differs\n", i);
            return 1;
        }
    printf("same results in both threads, flags %u\n", (unsigned)alone.flags);
    return 0;
}
