// SPDX-License-Identifier: BSD-3-Clause
// Which number is a posit16 code?  posit_decoder with its widths as numbers.

module posit16_decoder (
    input  wire        [15:0] code,
    output wire               zero,
    output wire               nar,
    output wire               sign,
    output wire signed [ 6:0] scale,
    output wire        [11:0] significand
);
    posit_decoder #(.N(16), .RS(15), .ES(2)) decoder (
        .code       (code),
        .zero       (zero),
        .nar        (nar),
        .sign       (sign),
        .scale      (scale),
        .significand(significand)
    );
endmodule
