// SPDX-License-Identifier: BSD-3-Clause
// What is n + m * alpha, rounded twice?  VCOMP as the multiplier followed by the adder, 11 stages.
//
//   m, alpha -> multiplier --------------------------> adder -> result
//   n        -> along: five codes, the last one in front --^
//
// The addend goes along with its product, so that operands may change at every edge.

module vcomp #(
    parameter EXP = 8,
    parameter MAN = 23,
    parameter KEEP = 20,
    parameter CUT = 0,
    parameter FTZ = 1,
    parameter DAZ = 1,
    parameter XW = EXP + 2
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             flush,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [EXP+MAN:0] n,
    input  wire [EXP+MAN:0] m,
    input  wire [EXP+MAN:0] alpha,
    output wire             out_valid,
    input  wire             out_ready,
    output wire [EXP+MAN:0] result
);
    wire product_valid, adder_ready;
    wire [EXP+MAN:0] product_code;
    localparam B = EXP + MAN + 1;
    reg [5*B-1:0] along;

    pipelined_multiplier #(
        .EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .FTZ(FTZ), .DAZ(DAZ), .XW(XW)
    ) product (
        .clk(clk), .rst(rst), .flush(flush),
        .in_valid(in_valid), .in_ready(in_ready), .a(m), .b(alpha),
        .out_valid(product_valid), .out_ready(adder_ready), .result(product_code)
    );
    pipelined_adder #(
        .EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .FTZ(FTZ), .DAZ(DAZ), .XW(XW)
    ) sum (
        .clk(clk), .rst(rst), .flush(flush),
        .in_valid(product_valid), .in_ready(adder_ready), .a(along[5*B-1:4*B]), .b(product_code),
        .out_valid(out_valid), .out_ready(out_ready), .result(result)
    );

    always @(posedge clk) begin
        if (out_ready) along <= {along[4*B-1:0], n};
    end
endmodule
