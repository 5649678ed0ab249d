// SPDX-License-Identifier: BSD-3-Clause
// What is left of a word after a shift to the right, and did anything but zeros fall out?
//
//   in    1 0 1 1 0 1          places = 3
//   out   0 0 0 1 0 1|1 0 1    the last bit is 1, too, if a bit beyond it was

module sticky_shift #(
    parameter W = 27,
    parameter PW = 10
) (
    input  wire [ W-1:0] in,
    input  wire [PW-1:0] places,
    output wire [ W-1:0] out
);
    localparam SW = $clog2(W + 1);
    wire [SW-1:0] most = W[SW-1:0];
    // W places away nothing but the last bit is left.
    wire far = {{SW{1'b0}}, places} > {{PW{1'b0}}, most};
    wire [SW+PW-1:0] wide = {{SW{1'b0}}, places};
    wire [SW-1:0] by = far ? most : wide[SW-1:0];
    wire [2*W-1:0] moved = {in, {W{1'b0}}} >> by;
`ifdef PLANT_NO_STICKY
    assign out = moved[2*W-1:W];
`else
    assign out = {moved[2*W-1:W+1], moved[W] | (|moved[W-1:0])};
`endif
endmodule
