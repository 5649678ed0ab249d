// SPDX-License-Identifier: BSD-3-Clause
// What is the product of two posits, rounded once?
//
//   significands     1 . f f f f     times     1 . f f f f
//   product       0 1 . f f f f f f f f     or   1 x . f f f f f f f f
//
// The product is exact; it is at least 1 and below 4, so that it moves up by one place or by none.

module posit_multiplier #(
    parameter N = 16,
    parameter RS = N - 1,
    parameter ES = 2
) (
    input  wire [N-1:0] a,
    input  wire [N-1:0] b,
    output wire [N-1:0] result
);
    localparam P = N - ES - 2;  // bits of a significand
    localparam SW = $clog2(RS << ES) + 2;  // the scale of a product

    wire a_zero, b_zero, a_nar, b_nar, a_sign, b_sign;
    wire signed [SW-1:0] a_scale, b_scale;
    wire [P-1:0] a_significand, b_significand;
    posit_decoder #(.N(N), .RS(RS), .ES(ES), .SW(SW)) decode_a (
        .code       (a),
        .zero       (a_zero),
        .nar        (a_nar),
        .sign       (a_sign),
        .scale      (a_scale),
        .significand(a_significand)
    );
    posit_decoder #(.N(N), .RS(RS), .ES(ES), .SW(SW)) decode_b (
        .code       (b),
        .zero       (b_zero),
        .nar        (b_nar),
        .sign       (b_sign),
        .scale      (b_scale),
        .significand(b_significand)
    );

    wire [2*P-1:0] product = {{P{1'b0}}, a_significand} * {{P{1'b0}}, b_significand};
    wire carry = product[2*P-1];
    wire [2*P-1:0] normal = carry ? product : product << 1;

    posit_encoder #(.N(N), .RS(RS), .ES(ES), .SW(SW), .W(2 * P)) encode (
        .zero       (a_zero | b_zero),
        .nar        (a_nar | b_nar),
        .sign       (a_sign ^ b_sign),
        .scale      (a_scale + b_scale + {{SW - 1{1'b0}}, carry}),
        .significand(normal),
        .sticky     (1'b0),
        .code       (result)
    );
endmodule
