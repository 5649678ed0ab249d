// SPDX-License-Identifier: BSD-3-Clause
// What is in an accumulator after each product, when the next one comes before it is written?
//
//   load -> multiply -> read -> add -> write -> accumulators
//                         ^      ^------+ |
//                         +-------------+-+      FORWARD: the adder's sum is taken on its way;
//                                                otherwise a product waits before `read`
//
// accumulators[d] += a * b.  OVERFLOW: 0 wrap, 1 saturate, 2 trap: nothing is written, the younger
// products are thrown away, and nothing goes in until rst.

module vacc #(
    parameter WORD = 32,
    parameter BITS = 64,
    parameter COUNT = 1,
    parameter OVERFLOW = 0,
    parameter FORWARD = 1,
    parameter DW = COUNT > 1 ? $clog2(COUNT) : 1
) (
    input  wire            clk,
    input  wire            rst,
    input  wire            flush,
    input  wire            in_valid,
    output wire            in_ready,
    input  wire [WORD-1:0] a,
    input  wire [WORD-1:0] b,
    input  wire [  DW-1:0] d,
    output wire            out_valid,
    input  wire            out_ready,
    output wire [BITS-1:0] result,
    output wire [  DW-1:0] target,
    output wire            trap
);
    localparam P = 2 * WORD;
    localparam S = (P > BITS ? P : BITS) + 1;  // a sum has one bit more than its longer term

    reg load_valid, multiply_valid, read_valid, add_valid, write_valid, halted;
    reg [WORD-1:0] load_a, load_b;
    reg [DW-1:0] load_d, multiply_d, read_d, add_d, write_d;
    reg [P-1:0] multiply_product, read_product;
    reg [BITS-1:0] read_acc, write_acc;
    reg [S-1:0] add_sum;
    reg write_trap;
    reg [BITS-1:0] accumulators[0:COUNT-1];

    wire signed [P-1:0] product = $signed(load_a) * $signed(load_b);

    // What the accumulator keeps of the sum: the bits above must all be copies of its sign.
    wire [S-BITS:0] top = add_sum[S-1:BITS-1];
    wire outside = |top & ~&top;
    wire [BITS-1:0] end_of_range = {add_sum[S-1], {BITS - 1{~add_sum[S-1]}}};
    wire [BITS-1:0] fitted = outside & OVERFLOW == 1 ? end_of_range : add_sum[BITS-1:0];
    wire trapped = add_valid & outside & OVERFLOW == 2;

    // An accumulator that is on its way.
`ifdef PLANT_NO_FORWARD
    wire to_add = 1'b0;
`else
    wire to_add = FORWARD != 0 & add_valid & add_d == read_d;
`endif
    wire to_read = FORWARD != 0 & add_valid & add_d == multiply_d;
    wire [BITS-1:0] acc = to_add ? fitted : read_acc;
    wire [S-1:0] sum = {{S - BITS{acc[BITS-1]}}, acc} + {{S - P{read_product[P-1]}}, read_product};
    wire older = (read_valid & read_d == multiply_d) | (add_valid & add_d == multiply_d);
    wire waits = FORWARD == 0 & multiply_valid & older;

    assign in_ready = out_ready & ~waits & ~halted;
    assign out_valid = write_valid;
    assign result = write_acc;
    assign target = write_d;
    assign trap = write_trap;

    integer i;
    always @(posedge clk) begin
        if (rst | flush) begin
            {load_valid, multiply_valid, read_valid, add_valid, write_valid} <= 5'd0;
        end else if (out_ready) begin
            if (~waits) {load_valid, multiply_valid} <= {in_valid & ~halted, load_valid};
            {read_valid, add_valid, write_valid} <= {multiply_valid & ~waits, read_valid, add_valid};
            if (trapped) {load_valid, multiply_valid, read_valid, add_valid} <= 4'd0;
        end
        if (rst) begin
            halted <= 1'b0;
            for (i = 0; i < COUNT; i = i + 1) accumulators[i] <= {BITS{1'b0}};
        end else if (out_ready & ~flush & add_valid) begin
            if (trapped) halted <= 1'b1;
            else accumulators[add_d] <= fitted;
        end
        if (out_ready) begin
            if (~waits) begin
                {load_a, load_b, load_d} <= {a, b, d};
                {multiply_product, multiply_d} <= {product, load_d};
            end
            {read_product, read_d} <= {multiply_product, multiply_d};
            read_acc <= to_read ? fitted : accumulators[multiply_d];
            {add_sum, add_d} <= {sum, read_d};
            {write_acc, write_trap, write_d} <= {fitted, trapped, add_d};
        end
    end
endmodule
