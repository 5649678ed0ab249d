// SPDX-License-Identifier: BSD-3-Clause
// Which posit code is a number rounded to?  To nearest on the bit string, ties to the even code.
//
//   text     r r r r ~r | e e | f f f f f f f f f f f f ...
//            '------- N - 1 bits -------' g s s s s s       guard, sticky
//
// The text of a number has no end.  Its first N - 1 bits are kept; the guard is the bit after
// them, and the sticky bit says whether anything but zeros follows.  The round bit is added to the
// whole code, so that a carry runs through fraction, exponent and regime.  No number becomes zero
// or NaR: the ends are minpos and maxpos.  A regime of RS bits has no terminating bit.
//
// The significand has its leading one at the top; `sticky` stands for what lies below it.

module posit_encoder #(
    parameter N = 16,
    parameter RS = N - 1,
    parameter ES = 2,
    parameter SW = $clog2(RS << ES) + 2,
    parameter W = N - ES - 1
) (
    input  wire                 zero,
    input  wire                 nar,
    input  wire                 sign,
    input  wire signed [SW-1:0] scale,
    input  wire        [ W-1:0] significand,
    input  wire                 sticky,
    output wire        [ N-1:0] code
);
    localparam T = ES + W - 1;  // bits of the text after the regime
    localparam L = RS + 1 + T + N;  // of all; N zeros, since a significand may be short

    // The regime: as many ones as its value and one more, or as many zeros as its value is below 0.
    wire signed [SW-1:0] regime = scale >>> ES;
    wire                 ones = ~scale[SW-1];
    wire        [SW-1:0] run = ones ? regime + 1'b1 : -regime;
    wire                 longest = run == RS[SW-1:0];
    wire                 beyond = run > RS[SW-1:0];

    wire [SW+W-2:0] number = {scale, significand[W-2:0]};
    wire [   T-1:0] rest = number[T-1:0];
    wire [     T:0] tail = longest ? {rest, 1'b0} : {~ones, rest};
    wire [   L-1:0] text = {{RS{ones}}, tail, {N{1'b0}}} << (RS[SW-1:0] - run);

    wire [N-2:0] kept = text[L-1-:N-1];
    wire         guard = text[L-N];
    wire         below = |text[L-N-1:0] | sticky;
    wire         up = guard & (below | kept[0]);
    wire [N-1:0] rounded = {1'b0, kept} + {{N - 1{1'b0}}, up};

    wire         saturate = beyond ? ones : rounded[N-1];
    wire         vanish = beyond ? ~ones : ~|rounded;
    wire [N-1:0] minpos = {{N - 1{1'b0}}, 1'b1};
    wire [N-1:0] maxpos = {1'b0, {N - 1{1'b1}}};
    wire [N-1:0] magnitude = saturate ? maxpos : vanish ? minpos : rounded;

    assign code = nar ? {1'b1, {N - 1{1'b0}}} : zero ? {N{1'b0}} : sign ? -magnitude : magnitude;
endmodule
