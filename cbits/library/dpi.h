/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands behind a handle of SystemVerilog? */
#ifndef NF_DPI_H
#define NF_DPI_H

#include "library.h"
#include "numformats_dpi.h"

typedef struct nf_dpi_context {
    nf_format format; /* all zeros, which is no format: the text was wrong */
    nf_env env;
    char text[NF_FORMAT_TEXT_MAX]; /* canonical */
    char number[NF_TEXT_MAX];      /* what was printed last */
    char error[320];
} nf_dpi_context;

#endif
