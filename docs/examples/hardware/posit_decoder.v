// SPDX-License-Identifier: BSD-3-Clause
// Which number is a posit code: sign, scale and significand?
//
//   magnitude   0 | r r r r ~r | e e | f f f f f f f f      posit<16,es=2>
//                   regime       ES    fraction
//
//   regime      run ones, then a zero:   run - 1           a run of RS bits needs no end: that
//               run zeros, then a one:   -run              is all that a b-posit does otherwise
//   scale       regime * 2^ES + e                          bits beyond the end of the word are 0
//   significand 1 . f f f f f f f f 0 0 0                  of zero: 0 . 0
//
// A negative code is the two's complement of its magnitude.  Standard posits: RS = N - 1.
// RS is at least 2 and N at least ES + 4, so that the shortest regime leaves a bit of fraction.

module posit_decoder #(
    parameter N = 16,
    parameter RS = N - 1,
    parameter ES = 2,
    parameter SW = $clog2(RS << ES) + 1,
    parameter P = N - ES - 2
) (
    input  wire        [ N-1:0] code,
    output wire                 zero,
    output wire                 nar,
    output wire                 sign,
    output wire signed [SW-1:0] scale,
    output wire        [ P-1:0] significand
);
    localparam RW = SW - ES;  // bits of the regime's value
    localparam CW = $clog2(RS + 2);

    assign sign = code[N-1];
    assign zero = ~|code;
    assign nar  = sign & ~|code[N-2:0];

    wire [N-1:0] magnitude = sign ? -code : code;
    wire [N-2:0] body = magnitude[N-2:0];
    wire         ones = body[N-2];

    // The length of the run: the bits that could be in it, ones as zeros, and a one after them.
    wire [CW-1:0] run;
    wire [  RS:0] unused;
    normalizer #(.W(RS + 1)) count_run (
        .bits  ({body[N-2-:RS] ^ {RS{ones}}, 1'b1}),
        .count (run),
        .normal(unused)
    );

    wire [RW-1:0] length = {{RW - CW{1'b0}}, run};
    wire [RW-1:0] regime = ones ? length - 1'b1 : -length;
    wire             ended = run != RS[CW-1:0];

    // What follows the regime, at the top of the word; the regime has at least two bits.
    wire [   N-2:0] rest = (body << run) << ended;
    wire [RW+N-2:0] number = {regime, rest};

    assign scale       = number[RW+N-2-:SW];
    assign significand = {~zero & ~nar, number[N-2-ES:2]};
endmodule
