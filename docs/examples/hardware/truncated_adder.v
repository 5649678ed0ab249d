// SPDX-License-Identifier: BSD-3-Clause
// What is the sum of two floats on a datapath that cuts results and flushes subnormal numbers?
//
//   augend   1 . f f f f ... f f | 0 0 0
//   addend         1 . f ... f f | f f f  f f      moved right by the distance of the exponents
//                                  g r s
//   sum      1 . f f f f ... f 0 0 0               its COMPUTE_MAN fraction bits; the rest is cut
//
// The storage is IEEE 754's, of EXP and MAN bits.  Of the five places where a datapath can cut
// (docs/explanation/truncated-floats.md) this is "result": the exact sum, once, toward zero.
// Sticky is needed nevertheless: 1 - 2^-60 is below 1, so that its cut is the next smaller number.
// A subnormal operand is a zero of its sign (daz), and so is a result below the normals (ftz).

module truncated_adder #(
    parameter EXP = 8,
    parameter MAN = 23,
    parameter COMPUTE_MAN = 20
) (
    input  wire [EXP+MAN:0] a,
    input  wire [EXP+MAN:0] b,
    output wire [EXP+MAN:0] result
);
    localparam P = MAN + 1;  // bits of a significand
    localparam W = P + 3;  // and with guard, round, sticky
    localparam CW = $clog2(W + 2);
    localparam XW = (EXP > CW ? EXP : CW) + 2;  // exponents of sums, signed
    localparam CUT = MAN - COMPUTE_MAN;
    localparam TOP = (1 << EXP) - 1;  // the exponent field of infinities and NaNs

    // Magnitudes have the order of their codes.
    wire           swap = b[EXP+MAN-1:0] > a[EXP+MAN-1:0];
    wire [EXP+MAN:0] larger = swap ? b : a;
    wire [EXP+MAN:0] smaller = swap ? a : b;

    wire           sign = larger[EXP+MAN];
    wire           subtract = sign ^ smaller[EXP+MAN];
    wire [EXP-1:0] larger_field = larger[EXP+MAN-1:MAN];
    wire [EXP-1:0] smaller_field = smaller[EXP+MAN-1:MAN];
    wire           larger_zero = ~|larger_field;
    wire           smaller_zero = ~|smaller_field;

    // A NaN, and the difference of infinities; the larger magnitude shows both.
    wire infinite = &larger_field;
    wire nan = infinite & (|larger[MAN-1:0] | &smaller_field & subtract);

    // Align.
    wire [XW-1:0] larger_exponent = {{XW - EXP{1'b0}}, larger_field};
    wire [XW-1:0] smaller_exponent = {{XW - EXP{1'b0}}, smaller_field};
    wire [ P-1:0] significand = {1'b1, smaller[MAN-1:0]} & {P{~smaller_zero}};
    wire [ W-1:0] aligned;
    aligner #(.W(W), .DW(XW)) align (
        .bits    ({significand, 3'b000}),
        .distance(larger_exponent - smaller_exponent),
        .aligned (aligned)
    );

    wire [W:0] augend = {2'b01, larger[MAN-1:0], 3'b000};
    wire [W:0] addend = {1'b0, aligned};
    wire [W:0] sum = subtract ? augend - addend : augend + addend;

    // Normalise: the carry is the place above the augend's leading one.
    wire [CW-1:0] zeros;
    wire [   W:0] normal;
    normalizer #(.W(W + 1)) normalize (
        .bits  (sum),
        .count (zeros),
        .normal(normal)
    );
    wire signed [XW-1:0] exponent = larger_exponent + 1'b1 - {{XW - CW{1'b0}}, zeros};
    wire [COMPUTE_MAN-1:0] kept = normal[W-1-:COMPUTE_MAN];

    // Which of the special results it is, the first that holds.
    wire cancelled = subtract & ~|sum;  // +0
    wire both_zero = larger_zero;  // -0 only if both are negative
    wire overflow = infinite | exponent >= $signed(TOP[XW-1:0]);
    wire underflow = exponent <= $signed({XW{1'b0}});

    wire [EXP+MAN-1:0] magnitude =
        nan ? {{EXP + 1{1'b1}}, {MAN - 1{1'b0}}}
        : both_zero | cancelled ? {EXP + MAN{1'b0}}
        : overflow ? {{EXP{1'b1}}, {MAN{1'b0}}}
        : underflow ? {EXP + MAN{1'b0}}
        : {exponent[EXP-1:0], kept, {CUT{1'b0}}};
    wire positive = nan | both_zero & subtract | cancelled;

    assign result = {sign & ~positive, magnitude};
endmodule
