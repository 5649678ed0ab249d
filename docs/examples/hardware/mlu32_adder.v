// SPDX-License-Identifier: BSD-3-Clause
// What is the sum of two binary32 numbers on a datapath of 20 fraction bits that cuts results?

module mlu32_adder (
    input  wire [31:0] a,
    input  wire [31:0] b,
    output wire [31:0] result
);
    truncated_adder #(.EXP(8), .MAN(23), .COMPUTE_MAN(20)) unit (
        .a     (a),
        .b     (b),
        .result(result)
    );
endmodule
