/* SPDX-License-Identifier: BSD-3-Clause */
/* Includes the file NFNP_EACH for every width of storage, NFNP_W.  The widest comes first, as
 * sorting packs narrower items into its integers. */
#define NFNP_W 64
#include NFNP_EACH
#undef NFNP_W
#define NFNP_W 32
#include NFNP_EACH
#undef NFNP_W
#define NFNP_W 16
#include NFNP_EACH
#undef NFNP_W
#define NFNP_W 8
#include NFNP_EACH
#undef NFNP_W
#undef NFNP_EACH
