// SPDX-License-Identifier: BSD-3-Clause
// Which code has a result: a number that may be too large or too small, or none?
//
//   kind   0 a number of that magnitude, 1 zero, 2 infinity, 3 NaN

module float_pack #(
    parameter EXP = 8,
    parameter MAN = 23,
    parameter FTZ = 1,
    parameter XW = EXP + 2
) (
    input  wire              sign,
    input  wire [XW+MAN-1:0] magnitude,
    input  wire [       1:0] kind,
    output wire [ EXP+MAN:0] code
);
    localparam [EXP+MAN-1:0] INFINITY = {{EXP{1'b1}}, {MAN{1'b0}}};
    localparam [EXP+MAN-1:0] NAN = INFINITY | ({{EXP + MAN - 1{1'b0}}, 1'b1} << MAN >> 1);

    wire tiny = ~|magnitude[XW+MAN-1:MAN];
    wire huge = magnitude > {{XW - EXP{1'b0}}, INFINITY};
    wire zero = kind == 2'd1 | (kind == 2'd0 & FTZ != 0 & tiny);
    assign code = kind == 2'd3 ? {1'b0, NAN}
                : zero ? {sign, {EXP + MAN{1'b0}}}
                : kind == 2'd2 | huge ? {sign, INFINITY}
                : {sign, magnitude[EXP+MAN-1:0]};
endmodule
