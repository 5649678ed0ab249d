// SPDX-License-Identifier: BSD-3-Clause
// What is the sum of two posits, rounded once?
//
//   augend   1 . f f f f f f f f | 0 0 0
//   addend         1 . f f f f f | f f f  f f f      moved right by the difference of the scales
//                                  g r s
//
// Three bits below the significand are enough: guard, round, and sticky, which is set if anything
// but zeros lies at its place or below.  A difference of significands more than one place apart
// moves up by one bit at most, and closer ones lose nothing when they are aligned.

module posit_adder #(
    parameter N = 16,
    parameter RS = N - 1,
    parameter ES = 2
) (
    input  wire [N-1:0] a,
    input  wire [N-1:0] b,
    output wire [N-1:0] result
);
    localparam P = N - ES - 2;  // bits of a significand
    localparam W = P + 3;  // and with guard, round, sticky
    localparam CW = $clog2(W + 2);
    localparam SW = $clog2((RS << ES) + W + 1) + 1;  // the scale of a sum

    // Magnitudes have the order of their codes.
    wire [N-1:0] a_magnitude = a[N-1] ? -a : a;
    wire [N-1:0] b_magnitude = b[N-1] ? -b : b;
    wire         swap = b_magnitude > a_magnitude;

    wire large_nar, small_nar, large_sign, small_sign;
    wire [1:0] unused_zero;
    wire signed [SW-1:0] large_scale, small_scale;
    wire [P-1:0] large_significand, small_significand;
    posit_decoder #(.N(N), .RS(RS), .ES(ES), .SW(SW)) decode_large (
        .code       (swap ? b : a),
        .zero       (unused_zero[0]),
        .nar        (large_nar),
        .sign       (large_sign),
        .scale      (large_scale),
        .significand(large_significand)
    );
    posit_decoder #(.N(N), .RS(RS), .ES(ES), .SW(SW)) decode_small (
        .code       (swap ? a : b),
        .zero       (unused_zero[1]),
        .nar        (small_nar),
        .sign       (small_sign),
        .scale      (small_scale),
        .significand(small_significand)
    );

    // Align.
    wire [W-1:0] aligned;
    aligner #(.W(W), .DW(SW)) align (
        .bits    ({small_significand, 3'b000}),
        .distance(large_scale - small_scale),
        .aligned (aligned)
    );

    wire [W:0] augend = {1'b0, large_significand, 3'b000};
    wire [W:0] addend = {1'b0, aligned};
    wire [W:0] sum = large_sign == small_sign ? augend + addend : augend - addend;

    // Normalise: the carry is the place above the augend's leading one.
    wire [CW-1:0] zeros;
    wire [   W:0] normal;
    normalizer #(.W(W + 1)) normalize (
        .bits  (sum),
        .count (zeros),
        .normal(normal)
    );
    wire signed [SW-1:0] scale = large_scale + 1'b1 - {{SW - CW{1'b0}}, zeros};

    posit_encoder #(.N(N), .RS(RS), .ES(ES), .SW(SW), .W(W + 1)) encode (
        .zero       (~|sum),
        .nar        (large_nar | small_nar),
        .sign       (large_sign),
        .scale      (scale),
        .significand(normal),
        .sticky     (1'b0),
        .code       (result)
    );
endmodule
