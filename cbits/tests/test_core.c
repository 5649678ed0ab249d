/* SPDX-License-Identifier: BSD-3-Clause */
/* Does the C core agree with definitions, known vectors and plain integer arithmetic, and does it
 * survive any row, any code and any text?  (`make sanitize`; the NumPy tests compare with the
 * oracle.) */
#include "values.h"
#include "text.h"
#include "exact.h"
#include "fields.h"
#include "strangers.h"
#include "format_text.h"
#include "stages.h"
#include "instances.h"
#include "products.h"
#include "quires.h"
#include "models.h"
#include "blocks.h"
#include "functions.h"
#include "double_doubles.h"
#include "tables.h"

static void test_core(void)
{
    test_round_trip_of_every_code();
    test_vectors();
    test_text_reads_back();
    test_layout();
    test_grammar();
    test_format_text();
    test_long_decimals();
    test_integers();
    test_small_quotients();
    test_ieee_remainders();
    test_long_quotients();
    test_big_division();
    test_powers();
    test_wrapped_results();
    test_far_sticky_bits();
    test_exact_sums();
    test_special_sums();
    test_fields();
    test_any_row();
    test_exact_operation_of_codes();
    test_exact_operation_of_integers();
    test_exact_operation_far_away();
    test_host_status();
    test_stages();
    test_instances();
    test_paths();
    test_quires();
    test_model_paths();
    test_blocks();
}

/* `test_core functions`: only what is about elementary functions. */
int main(int count, char **words)
{
    const char *problem = nf_core_init(getenv("NUMFORMATS_LEVEL"));
    if (problem) {
        printf("%s\n", problem);
        return 2;
    }
    if (count == 1 || strcmp(words[1], "functions") != 0)
        test_core();
    test_balls();
    test_functions();
    test_kernels();
    test_kernels_dd();
    test_double_doubles();
    test_all_clear();
    test_tables();
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0;
}
