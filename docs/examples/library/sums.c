/* SPDX-License-Identifier: BSD-3-Clause */
/* What does a sum of products come to in a format, rounded at each step, exactly, and in the
 * accumulator of a matrix unit?
 *
 *     sums posit16 "aligned(24)"
 */
#include <numformats.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 1000 };

static void show(const nf_format *f, const char *what, uint64_t code)
{
    char text[96];
    nf_to_text(f, code, text, sizeof text);
    printf("%-12s %s (code %" PRIx64 ")\n", what, text, code);
}

/* Everything that can go wrong with a text is said in a sentence. */
static void stop(const char *text, const nf_text_error *error)
{
    char sentence[256];
    nf_format_explain(text, error, sentence, sizeof sentence);
    fprintf(stderr, "%s\n", sentence);
    exit(2);
}

int main(int count, char **words)
{
    const char *name = count > 1 ? words[1] : "posit16";
    const char *model_name = count > 2 ? words[2] : "aligned(24)";
    static uint64_t x[N], y[N]; /* room for codes of any width */
    nf_text_error error;
    nf_format f, binary64;
    nf_model model;
    nf_env env = {0, 0, 0, 0};
    if (nf_format_parse(name, &f, &error) != NF_OK)
        stop(name, &error);
    if (nf_model_parse(model_name, &model, &error) != NF_OK)
        stop(model_name, &error);
    nf_format_parse("binary64", &binary64, NULL);

    /* 1, 1/2, 1/3, ... and their signs in turn, as codes of the format */
    double values[N], signs[N];
    for (int i = 0; i < N; i++) {
        values[i] = 1.0 / (i + 1);
        signs[i] = i % 2 ? -1.0 : 1.0;
    }
    const intptr_t size = (intptr_t)nf_format_bytes(&f);
    nf_convert_array(&binary64, &f, values, sizeof(double), x, size, N, &env);
    nf_convert_array(&binary64, &f, signs, sizeof(double), y, size, N, &env);

    /* one rounding for each product and each sum */
    uint64_t sum = nf_from_double(&f, 0, &env);
    for (int i = 0; i < N; i++) {
        uint64_t a = nf_from_double(&f, values[i], &env), b = nf_from_double(&f, signs[i], &env);
        sum = nf_add(&f, sum, nf_mul(&f, a, b, &env), &env);
    }
    show(&f, "step by step", sum);

    /* none until the end: a quire, here in memory from malloc */
    uint64_t *quire = malloc(nf_quire_size(&f) * sizeof *quire);
    if (quire == NULL)
        return 2;
    nf_quire_clear(&f, quire);
    if (nf_quire_dot(&f, quire, x, size, y, size, N) != NF_OK ||
        nf_quire_round(&f, quire, &f, &sum, &env) != NF_OK)
        return 2;
    free(quire);
    show(&f, "exact", sum);

    nf_status status = nf_dot_product(&f, x, size, y, size, N, &model, &f, &sum, &env);
    if (status != NF_OK) {
        fprintf(stderr, "%s\n", nf_status_message(status));
        return 2;
    }
    show(&f, model_name, sum);
    printf("flags%s%s%s\n", env.flags & NF_INVALID ? " invalid" : "",
           env.flags & NF_DIVIDE ? " divide" : "", env.flags & NF_OVERFLOW ? " overflow" : "");
    return 0;
}
