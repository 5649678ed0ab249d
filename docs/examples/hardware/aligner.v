// SPDX-License-Identifier: BSD-3-Clause
// Where do the bits of a smaller number stand below those of a larger one?
//
//   bits        1 f f f f f f f
//   aligned     0 0 0 1 f f f s          moved right by `distance`, here 3
//                             | f f f    these bits go; the last place is sticky: it is set if
//                                        anything but zeros stands there or went
//
// From W places on nothing but the sticky bit is left.

module aligner #(
    parameter W = 16,
    parameter DW = 8
) (
    input  wire [ W-1:0] bits,
    input  wire [DW-1:0] distance,
    output wire [ W-1:0] aligned
);
    wire [ DW-1:0] shift = distance > W[DW-1:0] ? W[DW-1:0] : distance;
    wire [2*W-1:0] moved = {bits, {W{1'b0}}} >> shift;
    wire           sticky = |moved[W-1:0];

    assign aligned = {moved[2*W-1:W+1], moved[W] | sticky};
endmodule
