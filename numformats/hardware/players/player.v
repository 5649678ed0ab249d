// SPDX-License-Identifier: BSD-3-Clause
// What does a device answer to a file of vectors?  For Icarus, or any simulator of Verilog-2005.
//
//   +vectors=FILE   lines of TestFloat: operands in hexadecimal; what follows them is not read
//   +memory=FILE +words=N    the same N cases as words of $readmemh (layout readmemh)
//   +answers=FILE   lines "A B RESULT [FLAGS]" go there; else to standard output
//   +stall          back-pressure: results are not taken in three of four cycles
//
// The device is `numformats_dut`, the adapter that numformats writes around a design:
//
//   clk       __/--\__/--\__/--\__     operands change when clk falls, and are taken when it
//   a, b, c   --< x >--< y >--------    rises with in_valid and in_ready; a result is taken
//   result    ----------< x >--< y >-   when it rises with out_valid and out_ready
`timescale 1ns / 1ps

module numformats_player;
    parameter OPERANDS = 2;  // each of A, B, C bits
    parameter A = 16;
    parameter B = 16;
    parameter C = 16;
    parameter R = 16;
    parameter FLAGS = 0;  // does the device give flags?
    parameter PATIENCE = 10000;  // cycles without a result, while some are awaited
    parameter WORD = 64;  // bits of a word of +memory, its fields in whole digits
    parameter WORDS = 1;  // of the memory

    localparam DEPTH = 4096;  // cases in flight
    localparam DA = (A + 3) / 4 * 4, DB = (B + 3) / 4 * 4, DC = (C + 3) / 4 * 4;
    localparam STDOUT = 32'h8000_0001, STDERR = 32'h8000_0002;

    reg clk = 0, rst = 1, in_valid = 0, out_ready = 1;
    reg [63:0] a = 0, b = 0, c = 0;
    wire in_ready, out_valid;
    wire [63:0] result;
    wire [7:0] flags;
    numformats_dut dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .a(a), .b(b), .c(c),
        .out_valid(out_valid), .out_ready(out_ready), .result(result), .flags(flags)
    );

    reg [WORD-1:0] memory[0:WORDS-1];
    reg [191:0] asked[0:DEPTH-1];  // operands in flight, in a ring
    reg [191:0] oldest;
    reg [8*1024-1:0] path;
    reg [8*256-1:0] text;  // of a line
    integer words = 0, next = 0, file = 0, answers = STDOUT, fields;
    integer head = 0, tail = 0, waited = 0;
    reg from_memory = 0, stall = 0, at_end = 0, taken = 0;

    initial begin
        if ($value$plusargs("answers=%s", path)) answers = $fopen(path, "w");
        stall = $test$plusargs("stall");
        if ($value$plusargs("memory=%s", path)) begin
            from_memory = 1;
            if (!$value$plusargs("words=%d", words)) words = WORDS;
            $readmemh(path, memory, 0, words - 1);
        end else if ($value$plusargs("vectors=%s", path)) file = $fopen(path, "r");
        if (!from_memory && file == 0) fail("no vectors: +vectors=FILE or +memory=FILE");
        repeat (4) #5 clk = ~clk;
        rst = 0;
        forever #5 clk = ~clk;
    end

    task fail(input [8*64-1:0] reason);
        begin
            $fwrite(STDERR, "numformats player: %0s\n", reason);
            $stop;
        end
    endtask

    // The operands of the next case into a, b and c, or at_end.
    task fetch;
        begin
            fields = 0;
            if (from_memory) begin
                at_end = next == words;
                if (!at_end) begin
                    a = memory[next] >> (WORD - DA);
                    b = memory[next] >> (WORD - DA - DB);
                    c = memory[next] >> (WORD - DA - DB - DC);
                    next = next + 1;
                end
            end else begin
                // Blank lines and comments have no fields.
                while (fields < 1 && !at_end) begin
                    at_end = $fgets(text, file) == 0;
                    if (!at_end) fields = $sscanf(text, "%h %h %h", a, b, c);
                end
                if (!at_end && fields < OPERANDS) fail("a line has too few operands");
            end
            a = a & ({64{1'b1}} >> (64 - A));
            b = b & ({64{1'b1}} >> (64 - B));
            c = c & ({64{1'b1}} >> (64 - C));
        end
    endtask

    always @(negedge clk)
        if (!rst) begin
            out_ready = !stall || ($random & 3) == 0;
            if (!in_valid || taken) begin
                in_valid = 0;
                taken = 0;
                if (!at_end && head - tail < DEPTH) begin
                    fetch;
                    in_valid = !at_end;
                end
            end
            if (at_end && head == tail) begin
                if (answers != STDOUT) $fclose(answers);
                $finish(0);
            end
        end

    always @(posedge clk)
        if (!rst) begin
            if (in_valid && in_ready) begin
                asked[head%DEPTH] = {a, b, c};
                head = head + 1;
                taken = 1;
            end
            waited = head == tail && !in_valid ? 0 : waited + 1;
            if (out_valid && out_ready) begin
                if (head == tail) fail("a result came before its operands were taken");
                oldest = asked[tail%DEPTH];
                tail = tail + 1;
                waited = 0;
                $fwrite(answers, "%h ", oldest[128+:A]);
                if (OPERANDS > 1) $fwrite(answers, "%h ", oldest[64+:B]);
                if (OPERANDS > 2) $fwrite(answers, "%h ", oldest[0+:C]);
                $fwrite(answers, "%h", result[R-1:0]);
                if (FLAGS) $fwrite(answers, " %h", flags);
                $fwrite(answers, "\n");
            end
            if (waited == PATIENCE) fail("no result within the cycles of PATIENCE");
        end
endmodule
