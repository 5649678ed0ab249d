// SPDX-License-Identifier: BSD-3-Clause
// How many zeros lead a word, and what is it with its leading one at the top?
//
//   bits        0 0 0 1 f f f f
//   normal      1 f f f f 0 0 0      count = 3
//
// One step for each power of two, the largest first: if that many bits at the top are zeros, the
// word moves up by as many.  A word of zeros has no leading one: its count is all ones.

module normalizer #(
    parameter W = 16,
    parameter CW = $clog2(W + 1)
) (
    input  wire [ W-1:0] bits,
    output reg  [CW-1:0] count,
    output reg  [ W-1:0] normal
);
    integer k;

    always @* begin
        normal = bits;
        for (k = CW - 1; k >= 0; k = k - 1) begin
            count[k] = ~|(normal >> (W - (1 << k)));
            if (count[k]) normal = normal << (1 << k);
        end
    end
endmodule
