// SPDX-License-Identifier: BSD-3-Clause
// Which sign, exponent and significand has a code, and is it a number at all?
//
//   code   s | e e e e | f f f f f         kind   0 a number, 1 zero, 2 infinity, 3 NaN
//   sig        1 f f f f f                 the leading one is at the top, of subnormals too
//   exp        biased, in two's complement: that of a subnormal number is 0 or negative
//
// CUT is where the datapath cuts to KEEP bits: 0 result, 1 operand, 2 align, 3 product, 4 rounded.

module float_unpack #(
    parameter EXP = 8,
    parameter MAN = 23,
    parameter KEEP = 20,
    parameter CUT = 0,
    parameter DAZ = 1,
    parameter XW = EXP + 2
) (
    input  wire [EXP+MAN:0] code,
    output wire             sign,
    output wire [   XW-1:0] exp,
    output wire [    MAN:0] sig,
    output wire [      1:0] kind
);
    localparam [MAN:0] KEPT = CUT == 1 ? {MAN + 1{1'b1}} << (MAN - KEEP) : {MAN + 1{1'b1}};

    wire [EXP-1:0] field = code[EXP+MAN-1:MAN];
    wire [MAN-1:0] fraction = code[MAN-1:0];
    wire subnormal = ~|field;

    // How far the leading one of a subnormal number is from the top.
    reg [XW-1:0] places;
    integer i;
    always @* begin
        places = {XW{1'b0}};
        for (i = 0; i < MAN; i = i + 1) begin
            if (fraction[i] & subnormal) places = MAN[XW-1:0] - i[XW-1:0];
        end
    end
    wire [XW-1:0] from = subnormal ? {{XW - 1{1'b0}}, 1'b1} : {{XW - EXP{1'b0}}, field};

    assign sign = code[EXP+MAN];
    assign kind = &field ? {1'b1, |fraction}
                : {1'b0, subnormal & (DAZ != 0 | ~|fraction)};
    wire number = kind == 2'd0;
    assign exp = number ? from - places : {XW{1'b0}};
    assign sig = number ? ({~subnormal, fraction} << places) & KEPT : {MAN + 1{1'b0}};
endmodule
