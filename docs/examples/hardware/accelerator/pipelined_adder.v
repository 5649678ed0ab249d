// SPDX-License-Identifier: BSD-3-Clause
// What does the accelerator's adder hold after each clock edge?  Six stages, one sum an edge.
//
//   unpack -> align -> add -> normalise -> cut -> pack
//
//   big     1 . f f f f f | 0 0 0
//   small   0 . 0 0 1 f f | f f t          t is sticky; CUT = 2 keeps KEEP bits below the point
//
// CUT: 0 result, 1 operand, 2 align, 3 product, 4 rounded (docs/explanation/truncated-floats.md).
// out_ready = 0 keeps every register; flush forgets what is inside.  Registers are named STAGE_WHAT.

module pipelined_adder #(
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
    localparam W = MAN + 4;  // a significand with three bits below
    localparam [1:0] FINITE = 0, ZERO = 1, INFINITE = 2, NAN = 3;
    localparam [W-1:0] ALIGNED = CUT == 2 ? {W{1'b1}} << (W - 1 - KEEP) : {W{1'b1}};

    reg unpack_valid, align_valid, add_valid, normalise_valid, cut_valid, pack_valid;
    reg unpack_a_sign, unpack_b_sign, align_sign, align_subtract, add_sign, normalise_sign, cut_sign;
    reg [XW-1:0] unpack_a_exp, unpack_b_exp, align_exp, add_exp, normalise_exp;
    reg [MAN:0] unpack_a_sig, unpack_b_sig;
    reg [1:0] unpack_a_kind, unpack_b_kind, align_kind, add_kind, normalise_kind, cut_kind;
    reg [W-1:0] align_big, align_small, normalise_sig;
    reg [W:0] add_total;
    reg [XW+MAN-1:0] cut_magnitude;
    reg [EXP+MAN:0] pack_code;

    // Unpack.
    wire a_sign, b_sign;
    wire [XW-1:0] a_exp, b_exp;
    wire [MAN:0] a_sig, b_sig;
    wire [1:0] a_kind, b_kind;
    float_unpack #(
        .EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .DAZ(DAZ), .XW(XW)
    ) unpack_a (.code(a), .sign(a_sign), .exp(a_exp), .sig(a_sig), .kind(a_kind));
    float_unpack #(
        .EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .DAZ(DAZ), .XW(XW)
    ) unpack_b (.code(b), .sign(b_sign), .exp(b_exp), .sig(b_sig), .kind(b_kind));

    // Align: the term of the smaller exponent moves right.
    wire above = $signed(unpack_a_exp) > $signed(unpack_b_exp);
    wire level = unpack_a_exp == unpack_b_exp;
    wire a_is_big = unpack_b_kind == ZERO
        | (unpack_a_kind != ZERO & (above | (level & unpack_a_sig >= unpack_b_sig)));
    wire [XW-1:0] a_to_b = unpack_a_exp - unpack_b_exp;
    wire [XW-1:0] places = a_is_big ? a_to_b : -a_to_b;
    wire [W-1:0] shifted;
    sticky_shift #(.W(W), .PW(XW)) shift (
        .in    ({a_is_big ? unpack_b_sig : unpack_a_sig, 3'b000}),
        .places(places),
        .out   (shifted)
    );
    wire differ = unpack_a_sign ^ unpack_b_sign;
    wire both_infinite = unpack_a_kind == INFINITE & unpack_b_kind == INFINITE;
    wire is_nan = unpack_a_kind == NAN | unpack_b_kind == NAN | (both_infinite & differ);
    wire is_infinite = unpack_a_kind == INFINITE | unpack_b_kind == INFINITE;
    wire is_zero = unpack_a_kind == ZERO & unpack_b_kind == ZERO;
    wire [1:0] kind = is_nan ? NAN : is_infinite ? INFINITE : is_zero ? ZERO : FINITE;
    wire big_sign = a_is_big ? unpack_a_sign : unpack_b_sign;
    wire infinite_sign = unpack_a_kind == INFINITE ? unpack_a_sign : unpack_b_sign;
    wire sign = is_nan ? 1'b0
              : is_infinite ? infinite_sign
              : is_zero ? unpack_a_sign & unpack_b_sign : big_sign;

    // Add, normalise, cut, pack.
    wire [W:0] total = align_subtract ? align_big - align_small : align_big + align_small;
    wire vanished = align_kind == FINITE & ~|total;
    wire [XW-1:0] normal_exp;
    wire [W-1:0] normal_sig;
    float_normalise #(.MAN(MAN), .W(W + 1), .ONE(MAN + 3), .XW(XW)) normalise (
        .total(add_total), .exp(add_exp), .moved(normal_exp), .sig(normal_sig));
    wire [XW+MAN-1:0] magnitude;
    float_cut #(.EXP(EXP), .MAN(MAN), .KEEP(KEEP), .CUT(CUT), .PRODUCT(0), .XW(XW)) cut (
        .exp(normalise_exp), .sig(normalise_sig), .magnitude(magnitude));
    wire [EXP+MAN:0] code;
    float_pack #(.EXP(EXP), .MAN(MAN), .FTZ(FTZ), .XW(XW)) pack (
        .sign(cut_sign), .magnitude(cut_magnitude), .kind(cut_kind), .code(code));

    assign in_ready = out_ready;
    assign out_valid = pack_valid;
    assign result = pack_code;

    always @(posedge clk) begin
        if (rst | flush) begin
            {unpack_valid, align_valid, add_valid, normalise_valid, cut_valid, pack_valid} <= 6'd0;
        end else if (out_ready) begin
            {unpack_valid, align_valid, add_valid, normalise_valid, cut_valid, pack_valid} <=
                {in_valid, unpack_valid, align_valid, add_valid, normalise_valid, cut_valid};
        end
        if (out_ready) begin
            {unpack_a_sign, unpack_a_exp, unpack_a_sig, unpack_a_kind} <= {a_sign, a_exp, a_sig, a_kind};
            {unpack_b_sign, unpack_b_exp, unpack_b_sig, unpack_b_kind} <= {b_sign, b_exp, b_sig, b_kind};
            align_sign <= sign;
            align_exp <= a_is_big ? unpack_a_exp : unpack_b_exp;
            align_big <= {a_is_big ? unpack_a_sig : unpack_b_sig, 3'b000};
            align_small <= kind != FINITE ? {W{1'b0}} : |places ? shifted & ALIGNED : shifted;
            align_subtract <= differ;
            align_kind <= kind;
            add_sign <= align_sign & ~vanished;
            add_exp <= align_exp;
            add_total <= align_kind == FINITE ? total : {W + 1{1'b0}};
            add_kind <= vanished ? ZERO : align_kind;
            normalise_sign <= add_sign;
            normalise_exp <= add_kind == FINITE ? normal_exp : {XW{1'b0}};
            normalise_sig <= add_kind == FINITE ? normal_sig : {W{1'b0}};
            normalise_kind <= add_kind;
            cut_sign <= normalise_sign;
            cut_magnitude <= normalise_kind == FINITE ? magnitude : {XW + MAN{1'b0}};
            cut_kind <= normalise_kind;
            pack_code <= code;
        end
    end
endmodule
