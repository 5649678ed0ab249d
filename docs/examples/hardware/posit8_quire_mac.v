// SPDX-License-Identifier: BSD-3-Clause
// What is a sum of products of posit8, exact in the standard's quire of 128 bits?

module posit8_quire_mac (
    input  wire         clk,
    input  wire         clear,
    input  wire         enable,
    input  wire [  7:0] a,
    input  wire [  7:0] b,
    output wire [127:0] quire,
    output wire [  7:0] result
);
    quire_mac #(.N(8), .RS(7), .ES(2), .QUIRE(128), .LSB(48)) unit (
        .clk   (clk),
        .clear (clear),
        .enable(enable),
        .a     (a),
        .b     (b),
        .quire (quire),
        .result(result)
    );
endmodule
