// SPDX-License-Identifier: BSD-3-Clause
// Which float8_e4m3fn code is a bfloat16 number rounded to, up with the probability of what is cut?
//
//   bfloat16   s e e e e e e e e f f f f f f f
//   place          1 . f f f | f f f f 0 0 0 0 ... 0 0      what is cut is d, 64 bits; its last
//                              '------ d = 64 bits ---'     bit is set, too, if one lies below
//   float8     s e e e e f f f                 + (random < d)
//
// With a uniform random word the number goes up with probability d / 2^64, which is exact here
// unless d has more than 64 bits; a number that is a code stays.  Below 2^-6 the place is that of
// the subnormal numbers.  The format has no infinities: what is beyond 448 is NaN, s 1111 111
// without its sign.

module stochastic_rounder (
    input  wire [15:0] code,
    input  wire [63:0] random,
    output wire [ 7:0] result
);
    localparam [8:0] OFFSET = 120;  // of the exponent fields: 127 - 7

    wire       sign = code[15];
    wire [7:0] field = code[14:7];
    wire       special = &field;
    wire [7:0] exponent = field + (~|field);  // of a subnormal number it is that of field 1
    wire [7:0] significand = {|field, code[6:0]};

    // Below exponent field 1 of the result the number moves right.
    wire       subnormal = exponent <= OFFSET[7:0];
    wire [7:0] deeper = subnormal ? OFFSET[7:0] + 8'd1 - exponent : 8'd0;
    wire [6:0] shift = deeper > 8'd72 ? 7'd72 : deeper[6:0];

    // The upper four bits of the significand are kept; the others, and zeros, begin what is cut.
    wire [139:0] moved = {significand, 132'b0} >> shift;
    wire [  3:0] kept = moved[139:136];
    wire [ 63:0] dropped = {moved[135:73], moved[72] | |moved[71:0]};
    wire         up = random < dropped;

    // A kept leading one adds 1 to the exponent field: so a subnormal number becomes normal.
    wire [8:0] base = subnormal ? 9'd0 : {1'b0, exponent} - OFFSET - 9'd1;
    wire [12:0] magnitude = {base, 3'b000} + {8'b0, kept} + {11'b0, up};
    wire        nan = special | magnitude >= 13'h7F;

    assign result = nan ? 8'h7F : {sign, magnitude[6:0]};
endmodule
