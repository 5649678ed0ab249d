// SPDX-License-Identifier: BSD-3-Clause
// What does one cell of an output-stationary array pass on, and what does it add?
//
//                top, top_valid
//                      |
//    left, left_valid -+-> right, right_valid      sum += left * top where both are valid
//                      v
//                down, down_valid
//
// clear makes the sum 0; drain takes the sum of the cell above.  OVERFLOW: 0 wrap, 1 saturate.

module systolic_cell #(
    parameter WORD = 8,
    parameter BITS = 32,
    parameter OVERFLOW = 0
) (
    input  wire            clk,
    input  wire            clear,
    input  wire            drain,
    input  wire [WORD-1:0] left,
    input  wire            left_valid,
    input  wire [WORD-1:0] top,
    input  wire            top_valid,
    input  wire [BITS-1:0] above,
    output reg  [WORD-1:0] right,
    output reg             right_valid,
    output reg  [WORD-1:0] down,
    output reg             down_valid,
    output reg  [BITS-1:0] sum
);
    localparam P = 2 * WORD;
    localparam S = (P > BITS ? P : BITS) + 1;

    wire signed [P-1:0] product = $signed(left) * $signed(top);
    wire [S-1:0] total = {{S - BITS{sum[BITS-1]}}, sum} + {{S - P{product[P-1]}}, product};
    wire [S-BITS:0] high = total[S-1:BITS-1];
    wire outside = |high & ~&high;
    wire [BITS-1:0] end_of_range = {total[S-1], {BITS - 1{~total[S-1]}}};

    always @(posedge clk) begin
        {right, right_valid} <= {left, left_valid & ~clear};
        {down, down_valid} <= {top, top_valid & ~clear};
        if (clear) sum <= {BITS{1'b0}};
        else if (drain) sum <= above;
        else if (left_valid & top_valid) begin
            sum <= outside & OVERFLOW == 1 ? end_of_range : total[BITS-1:0];
        end
    end
endmodule
