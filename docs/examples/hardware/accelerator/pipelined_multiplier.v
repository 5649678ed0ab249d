// SPDX-License-Identifier: BSD-3-Clause
// What does the accelerator's multiplier hold after each clock edge?  Five stages.
//
//   unpack -> multiply -> normalise -> cut -> pack
//
//   product   1 x . x x x x x x x x x x x x x      of 1.f and 1.f; the leading one is in the first
//             or 0 1 . x x x ...                   or the second place
//
// CUT: 0 result, 1 operand, 2 align, 3 product, 4 rounded (docs/explanation/truncated-floats.md).
// out_ready = 0 keeps every register; flush forgets what is inside.  Registers are named STAGE_WHAT.

module pipelined_multiplier #(
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
    input  wire [EXP+MAN:0] a,
    input  wire [EXP+MAN:0] b,
    output wire             out_valid,
    input  wire             out_ready,
    output wire [EXP+MAN:0] result
);
    localparam S = MAN + 1;  // a significand
    localparam [1:0] FINITE = 0, ZERO = 1, INFINITE = 2, NAN = 3;
    localparam BIAS = (1 << (EXP - 1)) - 1;

    reg unpack_valid, multiply_valid, normalise_valid, cut_valid, pack_valid;
    reg unpack_a_sign, unpack_b_sign, multiply_sign, normalise_sign, cut_sign;
    reg [XW-1:0] unpack_a_exp, unpack_b_exp, multiply_exp, normalise_exp;
    reg [S-1:0] unpack_a_sig, unpack_b_sig;
    reg [1:0] unpack_a_kind, unpack_b_kind, multiply_kind, normalise_kind, cut_kind;
    reg [2*S-1:0] multiply_product;
    reg [MAN+3:0] normalise_sig;
    reg [XW+MAN-1:0] cut_magnitude;
    reg [EXP+MAN:0] pack_code;

    wire a_sign, b_sign;
    wire [XW-1:0] a_exp, b_exp;
    wire [S-1:0] a_sig, b_sig;
    wire [1:0] a_kind, b_kind;
    float_unpack #(
        .EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .DAZ(DAZ), .XW(XW)
    ) unpack_a (.code(a), .sign(a_sign), .exp(a_exp), .sig(a_sig), .kind(a_kind));
    float_unpack #(
        .EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .DAZ(DAZ), .XW(XW)
    ) unpack_b (.code(b), .sign(b_sign), .exp(b_exp), .sig(b_sig), .kind(b_kind));

    // The kinds are in the order in which they win; 0 times infinity is none.
    wire both = (unpack_a_kind == ZERO & unpack_b_kind == INFINITE)
        | (unpack_a_kind == INFINITE & unpack_b_kind == ZERO);
    wire [1:0] higher = unpack_a_kind > unpack_b_kind ? unpack_a_kind : unpack_b_kind;
    wire [1:0] kind = both ? NAN : higher;

    wire [XW-1:0] normal_exp;
    wire [MAN+3:0] normal_sig;
    float_normalise #(.MAN(MAN), .W(2 * S), .ONE(2 * MAN), .XW(XW)) normalise (
        .total(multiply_product), .exp(multiply_exp), .moved(normal_exp), .sig(normal_sig));
    wire [XW+MAN-1:0] magnitude;
    float_cut #(.EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .PRODUCT(1), .XW(XW)) cut (
        .exp(normalise_exp), .sig(normalise_sig), .magnitude(magnitude));
    wire [EXP+MAN:0] code;
    float_pack #(.EXP(EXP), .MAN(MAN), .FTZ(FTZ), .XW(XW)) pack (
        .sign(cut_sign), .magnitude(cut_magnitude), .kind(cut_kind), .code(code));

    assign in_ready = out_ready;
    assign out_valid = pack_valid;
    assign result = pack_code;

    always @(posedge clk) begin
        if (rst | flush) begin
            {unpack_valid, multiply_valid, normalise_valid, cut_valid, pack_valid} <= 5'd0;
        end else if (out_ready) begin
            {unpack_valid, multiply_valid, normalise_valid, cut_valid, pack_valid} <=
                {in_valid, unpack_valid, multiply_valid, normalise_valid, cut_valid};
        end
        if (out_ready) begin
            {unpack_a_sign, unpack_a_exp, unpack_a_sig, unpack_a_kind} <= {a_sign, a_exp, a_sig, a_kind};
            {unpack_b_sign, unpack_b_exp, unpack_b_sig, unpack_b_kind} <= {b_sign, b_exp, b_sig, b_kind};
            multiply_sign <= unpack_a_sign ^ unpack_b_sign;
            multiply_exp <= kind == FINITE ? unpack_a_exp + unpack_b_exp - BIAS[XW-1:0] : {XW{1'b0}};
            multiply_product <= {{S{1'b0}}, unpack_a_sig} * {{S{1'b0}}, unpack_b_sig};
            multiply_kind <= kind;
            normalise_sign <= multiply_sign;
            normalise_exp <= multiply_kind == FINITE ? normal_exp : {XW{1'b0}};
            normalise_sig <= multiply_kind == FINITE ? normal_sig : {MAN + 4{1'b0}};
            normalise_kind <= multiply_kind;
            cut_sign <= normalise_sign;
            cut_magnitude <= normalise_kind == FINITE ? magnitude : {XW + MAN{1'b0}};
            cut_kind <= normalise_kind;
            pack_code <= code;
        end
    end
endmodule
