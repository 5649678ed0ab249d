// SPDX-License-Identifier: BSD-3-Clause
// Which posit16 code is a number rounded to?  posit_encoder with its widths as numbers.

module posit16_encoder (
    input  wire               zero,
    input  wire               nar,
    input  wire               sign,
    input  wire signed [ 7:0] scale,
    input  wire        [12:0] significand,
    input  wire               sticky,
    output wire        [15:0] code
);
    posit_encoder #(.N(16), .RS(15), .ES(2), .SW(8), .W(13)) encoder (
        .zero       (zero),
        .nar        (nar),
        .sign       (sign),
        .scale      (scale),
        .significand(significand),
        .sticky     (sticky),
        .code       (code)
    );
endmodule
