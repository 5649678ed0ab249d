// SPDX-License-Identifier: BSD-3-Clause
// Which lanes are served at this edge, when each bank has one row a time?
//
//   word = row | bank        the lowest lane that waits for a bank chooses its row; all lanes
//          RW    BW bits     that wait for the same row are served with it
//
// A group goes in where in_valid and in_ready are 1, and waits from the next edge on.

module bank_arbiter #(
    parameter LANES = 8,
    parameter BW = 3,
    parameter RW = 5
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     in_valid,
    output wire                     in_ready,
    input  wire [        LANES-1:0] wanted,
    input  wire [LANES*(BW+RW)-1:0] words,
    output reg  [        LANES-1:0] waiting,
    output reg  [        LANES-1:0] grant
);
    localparam W = BW + RW;
    reg [LANES*W-1:0] held;

    reg taken, same;
    integer i, j;
    always @* begin
        for (i = 0; i < LANES; i = i + 1) begin
            // The first lane that waits for this bank is this one, or wants the same row.
            taken = 1'b0;
            same = 1'b0;
            for (j = 0; j <= i; j = j + 1) begin
                if (~taken & waiting[j] & held[j*W+:BW] == held[i*W+:BW]) begin
                    taken = 1'b1;
                    same = held[j*W+BW+:RW] == held[i*W+BW+:RW];
                end
            end
            grant[i] = waiting[i] & same;
        end
    end
    assign in_ready = ~|(waiting & ~grant);

    always @(posedge clk) begin
        if (rst) waiting <= {LANES{1'b0}};
        else if (in_ready) waiting <= in_valid ? wanted : {LANES{1'b0}};
        else waiting <= waiting & ~grant;
        if (in_ready) begin
`ifdef PLANT_BANK
            // The bank of an odd lane is one too high.
            for (i = 0; i < LANES; i = i + 1) held[i*W+:W] <= words[i*W+:W] + i[0];
`else
            held <= words;
`endif
        end
    end
endmodule
