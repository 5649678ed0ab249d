// SPDX-License-Identifier: BSD-3-Clause
// How are cells put together to a matrix unit?  ROWS x COLUMNS, output-stationary.
//
//              top 0   top 1   top 2   top 3
//   left 0 ->  cell -> cell -> cell -> cell      row i and column j get their operands i and
//   left 1 ->  cell -> cell -> cell -> cell      j edges later than the first ones
//                 .       .       .       .
//              bottom 0 ...                      drain moves the sums down, a row an edge
//
// Operand i of a port is at its bits [i * WORD +: WORD].

module systolic_array #(
    parameter ROWS = 4,
    parameter COLUMNS = 4,
    parameter WORD = 8,
    parameter BITS = 32,
    parameter OVERFLOW = 0
) (
    input  wire                    clk,
    input  wire                    clear,
    input  wire                    drain,
    input  wire [   ROWS*WORD-1:0] left,
    input  wire [        ROWS-1:0] left_valid,
    input  wire [COLUMNS*WORD-1:0] top,
    input  wire [     COLUMNS-1:0] top_valid,
    output wire [COLUMNS*BITS-1:0] bottom
);
    wire [WORD-1:0] across[0:ROWS*(COLUMNS+1)-1];
    wire [ROWS*(COLUMNS+1)-1:0] across_valid;
    wire [WORD-1:0] down[0:(ROWS+1)*COLUMNS-1];
    wire [(ROWS+1)*COLUMNS-1:0] down_valid;
    wire [BITS-1:0] sums[0:(ROWS+1)*COLUMNS-1];

    genvar i, j;
    generate
        for (i = 0; i < ROWS; i = i + 1) begin : row
`ifdef PLANT_SKEW
            // Row 1 is one edge too late.
            reg [WORD-1:0] late;
            reg late_valid;
            always @(posedge clk) {late, late_valid} <= {left[i*WORD+:WORD], left_valid[i] & ~clear};
            assign across[i*(COLUMNS+1)] = i == 1 ? late : left[i*WORD+:WORD];
            assign across_valid[i*(COLUMNS+1)] = i == 1 ? late_valid : left_valid[i];
`else
            assign across[i*(COLUMNS+1)] = left[i*WORD+:WORD];
            assign across_valid[i*(COLUMNS+1)] = left_valid[i];
`endif
            for (j = 0; j < COLUMNS; j = j + 1) begin : column
                systolic_cell #(.WORD(WORD), .BITS(BITS), .OVERFLOW(OVERFLOW)) cell_of (
                    .clk        (clk),
                    .clear      (clear),
                    .drain      (drain),
                    .left       (across[i*(COLUMNS+1)+j]),
                    .left_valid (across_valid[i*(COLUMNS+1)+j]),
                    .top        (down[i*COLUMNS+j]),
                    .top_valid  (down_valid[i*COLUMNS+j]),
                    .above      (sums[i*COLUMNS+j]),
                    .right      (across[i*(COLUMNS+1)+j+1]),
                    .right_valid(across_valid[i*(COLUMNS+1)+j+1]),
                    .down       (down[(i+1)*COLUMNS+j]),
                    .down_valid (down_valid[(i+1)*COLUMNS+j]),
                    .sum        (sums[(i+1)*COLUMNS+j])
                );
            end
        end
        for (j = 0; j < COLUMNS; j = j + 1) begin : edges
            assign down[j] = top[j*WORD+:WORD];
            assign down_valid[j] = top_valid[j];
            assign sums[j] = {BITS{1'b0}};
            assign bottom[j*BITS+:BITS] = sums[ROWS*COLUMNS+j];
        end
    endgenerate
endmodule
