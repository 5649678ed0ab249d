// SPDX-License-Identifier: BSD-3-Clause
// What is a sum of products of posits, exact until it is rounded once?
//
//   quire   s c c c ... c c | i i i i ... i i . f f f f ... f f
//             CARRY bits      the last bit is worth 2^-LSB, and no product has a finer one
//
// Each clock edge with `enable` adds a * b, or starts with it if `clear` is set, too; `clear`
// alone makes 0.  The product of the significands moves up to its place, and nothing is lost.
// NaR, and a sum that is too long, make the quire 1 0 0 ... 0, which stays until it is cleared.
// `result` is the quire's value as a posit: its leading one is found, and the encoder rounds.
//
// QUIRE and LSB are those of the format's quire: 128 and 48 of posit8.

module quire_mac #(
    parameter N = 8,
    parameter RS = N - 1,
    parameter ES = 2,
    parameter QUIRE = 16 * N,
    parameter LSB = 8 * N - 16
) (
    input  wire             clk,
    input  wire             clear,
    input  wire             enable,
    input  wire [    N-1:0] a,
    input  wire [    N-1:0] b,
    output reg  [QUIRE-1:0] quire,
    output wire [    N-1:0] result
);
    localparam P = N - ES - 2;  // bits of a significand
    localparam F = 2 * P - 2;  // fraction bits of a product
    localparam SW = $clog2(QUIRE + LSB) + 1;  // the scale of a sum
    localparam CW = $clog2(QUIRE);
    localparam W = N - ES - 1;  // bits for the encoder; the others are sticky

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

    // Multiply, and put the product in its place: its fraction's last bits are zeros there.
    wire [2*P-1:0] product = {{P{1'b0}}, a_significand} * {{P{1'b0}}, b_significand};
    wire [SW-1:0] place = a_scale + b_scale + LSB[SW-1:0];
    wire [QUIRE+F-1:0] placed = {{QUIRE - 2{1'b0}}, product} << place;
    wire [QUIRE-1:0] magnitude = placed[QUIRE+F-1:F];
    wire [QUIRE-1:0] term = a_sign ^ b_sign ? -magnitude : magnitude;

    // Accumulate.
    localparam [QUIRE-1:0] NAR = {1'b1, {QUIRE - 1{1'b0}}};
    wire [QUIRE-1:0] start = clear ? {QUIRE{1'b0}} : quire;
    wire [QUIRE-1:0] sum = start + term;
    wire overflow = start[QUIRE-1] == term[QUIRE-1] & sum[QUIRE-1] != term[QUIRE-1];
    wire nar = a_nar | b_nar | start == NAR | overflow;

    always @(posedge clk) begin
        if (enable) quire <= nar ? NAR : sum;
        else if (clear) quire <= {QUIRE{1'b0}};
    end

    // Round.
    wire             sign = quire[QUIRE-1];
    wire [QUIRE-1:0] absolute = sign ? -quire : quire;
    wire [   CW-1:0] zeros;
    wire [QUIRE-2:0] normal;
    normalizer #(.W(QUIRE - 1)) normalize (
        .bits  (absolute[QUIRE-2:0]),
        .count (zeros),
        .normal(normal)
    );
    localparam TOP = QUIRE - 2 - LSB;  // the scale of the place below the sign
    posit_encoder #(.N(N), .RS(RS), .ES(ES), .SW(SW), .W(W)) encode (
        .zero       (~|quire),
        .nar        (quire == NAR),
        .sign       (sign),
        .scale      (TOP[SW-1:0] - {{SW - CW{1'b0}}, zeros}),
        .significand(normal[QUIRE-2-:W]),
        .sticky     (|normal[QUIRE-2-W:0]),
        .code       (result)
    );
endmodule
