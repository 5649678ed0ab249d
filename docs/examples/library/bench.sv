// SPDX-License-Identifier: BSD-3-Clause
// Does an adder that should be exact agree with the golden model on all pairs of 8 bits?
//
// The design under test has a planted fault: it drops a carry in one of 65,536 sums.
module adder (
    input  logic [7:0] a,
    input  logic [7:0] b,
    output logic [7:0] sum
);
  // fixed<8,frac=4>, saturating
  logic signed [8:0] wide;
  assign wide = $signed({a[7], a}) + $signed({b[7], b});
  assign sum = (a == 8'h35 && b == 8'h4a) ? 8'h6f
             : wide > 127 ? 8'h7f : wide < -128 ? 8'h80 : wide[7:0];
endmodule

module bench;
  import numformats_pkg::*;
  logic [7:0] a, b, sum;
  adder dut (.a, .b, .sum);

  initial begin
    automatic chandle format = nf_open("fixed<8,frac=4>");
    automatic chandle binary32 = nf_open("binary32");
    automatic chandle wrong = nf_open("fixed<8,frac=999>");
    automatic chandle quire = nf_quire_open(format);
    automatic chandle total = nf_sum_open(format, "aligned(24)");
    automatic int mismatches = 0;
    automatic longint unsigned want, remainder;
    automatic int exponent;
    if (nf_error(format) != "") $fatal(1, "%s", nf_error(format));
    $display("%s", nf_error(wrong));
    $display("%s of %0d bits", nf_text(format), nf_bits(format));
    for (int i = 0; i < 65536; i++) begin
      a = i[15:8];
      b = i[7:0];
      #1;
      want = nf_add(format, longint'(unsigned'(a)), longint'(unsigned'(b)));
      if (longint'(unsigned'(sum)) != want) begin
        mismatches++;
        $display("%s + %s: got %s, expected %s", nf_to_text(format, longint'(unsigned'(a))),
                 nf_to_text(format, longint'(unsigned'(b))),
                 nf_to_text(format, longint'(unsigned'(sum))), nf_to_text(format, want));
      end
    end
    $display("%0d mismatches, flags %0d", mismatches, nf_take_flags(format));

    // 3 * 0.5 - 2 in a quire, and the products in an accumulator of 24 bits
    want = nf_from_real(format, 0.5);
    nf_quire_mul_add(quire, nf_from_text(format, "3"), want);
    nf_quire_sub(quire, nf_from_real(format, 2.0));
    $display("quire %s", nf_to_text(binary32, nf_quire_round(quire, binary32)));
    nf_sum_push(total, want, want);
    nf_sum_push(total, want, want);
    $display("sum %f", nf_to_real(binary32, nf_sum_round(total, binary32)));

    // operations with two results have an output
    want = nf_divmod(format, nf_from_real(format, 5.25), nf_from_real(format, 2.0), remainder);
    $display("5.25 = %s * 2 + %s", nf_to_text(format, want), nf_to_text(format, remainder));
    want = nf_frexp(format, nf_from_real(format, 6.0), exponent);
    $display("6 = %s * 2^%0d", nf_to_text(format, want), exponent);
    void'(nf_add(format, 64'd256, 64'd0));
    $display("a code of 9 bits is refused: flags %0d", nf_take_flags(format));
    nf_quire_close(quire);
    nf_sum_close(total);
    nf_close(format);
    nf_close(binary32);
    nf_close(wrong);
    $finish;
  end
endmodule
