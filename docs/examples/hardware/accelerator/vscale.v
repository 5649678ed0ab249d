// SPDX-License-Identifier: BSD-3-Clause
// What is the high word of a product, of twice the product, to nearest?  VSCALE in four stages.
//
//   load -> multiply -> round -> fit
//
//   product   s x x x x x x x | x x x x x x x x       2 BITS; doubled: one place up
//   high    s s x x x x x x x | + 1 0 0 0 0 0 0 0     half is added where it is rounded, and the
//                                                     rest floored; one bit more than the word
//
// OVERFLOW: 0 wrap, 1 saturate, 2 trap: the bit is set, and the word is what wrap leaves.

module vscale #(
    parameter BITS = 32,
    parameter DOUBLING = 0,
    parameter ROUNDING = 0,
    parameter OVERFLOW = 1
) (
    input  wire            clk,
    input  wire            rst,
    input  wire            flush,
    input  wire            in_valid,
    output wire            in_ready,
    input  wire [BITS-1:0] a,
    input  wire [BITS-1:0] b,
    output wire            out_valid,
    input  wire            out_ready,
    output wire [BITS-1:0] result,
    output wire            trap
);
    reg load_valid, multiply_valid, round_valid, fit_valid;
    reg [BITS-1:0] load_a, load_b;
    reg [2*BITS-1:0] multiply_product;
    reg [BITS:0] round_high;
    reg [BITS-1:0] fit_word;
    reg fit_trap;

    wire signed [2*BITS-1:0] product = $signed(load_a) * $signed(load_b);
    wire [2*BITS:0] once = {multiply_product[2*BITS-1], multiply_product};
    wire [2*BITS:0] scaled = DOUBLING != 0 ? {multiply_product, 1'b0} : once;
    wire [2*BITS:0] half = ROUNDING != 0 ? {{2 * BITS{1'b0}}, 1'b1} << (BITS - 1) : {2 * BITS + 1{1'b0}};
    wire [2*BITS:0] total = scaled + half;

    wire outside = round_high[BITS] ^ round_high[BITS-1];
    wire [BITS-1:0] end_of_range = {round_high[BITS], {BITS - 1{~round_high[BITS]}}};

    assign in_ready = out_ready;
    assign out_valid = fit_valid;
    assign result = fit_word;
    assign trap = fit_trap;

    always @(posedge clk) begin
        if (rst | flush) begin
            {load_valid, multiply_valid, round_valid, fit_valid} <= 4'd0;
        end else if (out_ready) begin
            {load_valid, multiply_valid, round_valid, fit_valid} <=
                {in_valid, load_valid, multiply_valid, round_valid};
        end
        if (out_ready) begin
            load_a <= a;
            load_b <= b;
            multiply_product <= product;
            round_high <= total[2*BITS:BITS];
            fit_word <= outside & OVERFLOW == 1 ? end_of_range : round_high[BITS-1:0];
            fit_trap <= outside & OVERFLOW == 2;
        end
    end
endmodule
