// SPDX-License-Identifier: BSD-3-Clause
// What is the sum of two posit16 numbers, rounded once?

module posit16_adder (
    input  wire [15:0] a,
    input  wire [15:0] b,
    output wire [15:0] result
);
    posit_adder #(.N(16), .RS(15), .ES(2)) unit (
        .a     (a),
        .b     (b),
        .result(result)
    );
endmodule
