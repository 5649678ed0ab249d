// SPDX-License-Identifier: BSD-3-Clause
// What is the product of two bposit16 numbers, rounded once?

module bposit16_multiplier (
    input  wire [15:0] a,
    input  wire [15:0] b,
    output wire [15:0] result
);
    posit_multiplier #(.N(16), .RS(6), .ES(5)) unit (
        .a     (a),
        .b     (b),
        .result(result)
    );
endmodule
