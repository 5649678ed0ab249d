// SPDX-License-Identifier: BSD-3-Clause
// What is left of a significand with three bits below, and which code has the magnitude?
//
//   sig   1 f f f f f f|f f f|g r t
//         1 + KEEP bits  cut  below       CUT 0: only these bits stay, toward zero
//   magnitude = (exp - 1) 2^MAN + 1 f f f f f f ...: the leading one counts in the exponent,
//   and so does a carry of the rounding.  Below the normals sig moves right first.
//
// CUT: 0 result, 1 operand, 2 align, 3 product, 4 rounded; PRODUCT says that this is one.

module float_cut #(
    parameter EXP = 8,
    parameter MAN = 23,
    parameter KEEP = 20,
    parameter CUT = 0,
    parameter PRODUCT = 0,
    parameter XW = EXP + 2
) (
    input  wire [    XW-1:0] exp,
    input  wire [   MAN+3:0] sig,
    output wire [XW+MAN-1:0] magnitude
);
`ifdef PLANT_CUT_LATE
    localparam LOST = MAN - KEEP - 1;
`else
    localparam LOST = MAN - KEEP;
`endif
    localparam BEFORE = CUT == 0 || (CUT == 3 && PRODUCT != 0);
    localparam [MAN+3:0] KEPT = BEFORE ? {MAN + 4{1'b1}} << (LOST + 3) : {MAN + 4{1'b1}};
    localparam [MAN+1:0] MASK = CUT == 4 ? {MAN + 2{1'b1}} << LOST : {MAN + 2{1'b1}};

    wire low = $signed(exp) < $signed({{XW - 1{1'b0}}, 1'b1});
    wire [XW-1:0] down = low ? {{XW - 1{1'b0}}, 1'b1} - exp : {XW{1'b0}};
    wire [MAN+3:0] moved;
    sticky_shift #(.W(MAN + 4), .PW(XW)) shift (
        .in    (sig & KEPT),
        .places(down),
        .out   (moved)
    );
    wire up = CUT != 0 & moved[2] & (|moved[1:0] | moved[3]);
    wire [MAN+1:0] kept = ({1'b0, moved[MAN+3:3]} + {{MAN + 1{1'b0}}, up}) & MASK;
    wire [XW-1:0] binade = low ? {XW{1'b0}} : exp - 1'b1;
    assign magnitude = {binade, {MAN{1'b0}}} + {{XW - 2{1'b0}}, kept};
endmodule
