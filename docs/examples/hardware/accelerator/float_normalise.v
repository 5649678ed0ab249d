// SPDX-License-Identifier: BSD-3-Clause
// Where is the leading one of a sum or a product, and what is its exponent then?
//
//   total   0 0 0 1 x x x x x x x x x     W bits; 1.0 is bit ONE
//   sig           1 x x x x x | g r t     MAN + 4 bits, t also if anything lower was not zero
//
// Of 0 the outputs mean nothing: who uses them knows.

module float_normalise #(
    parameter MAN = 23,
    parameter W = 28,
    parameter ONE = 26,
    parameter XW = 10
) (
    input  wire [ W-1:0] total,
    input  wire [XW-1:0] exp,
    output wire [XW-1:0] moved,
    output wire [MAN+3:0] sig
);
    localparam S = MAN + 4;

    reg [XW-1:0] leading;
    integer i;
    always @* begin
        leading = {XW{1'b0}};
        for (i = 0; i < W; i = i + 1) begin
            if (total[i]) leading = i[XW-1:0];
        end
    end
    wire [XW-1:0] last = W[XW-1:0] - 1'b1;
    // S more zeros below, so that there is always something to be collected.
    wire [W+S-1:0] top = {total, {S{1'b0}}} << (last - leading);
    assign sig = {top[W+S-1:W+1], top[W] | (|top[W-1:0])};
    assign moved = exp + leading - ONE[XW-1:0];
endmodule
