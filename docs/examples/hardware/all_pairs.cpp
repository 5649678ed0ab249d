// SPDX-License-Identifier: BSD-3-Clause
// What does a design of two 16-bit operands answer to all b, for each a from FIRST to before LAST?
//
// Results go to standard output as raw 16-bit words, those of one a after the other.  The design is
// verilated with --prefix Vdevice; its ports are a, b and result.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "Vdevice.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s FIRST LAST\n", argv[0]);
    return 2;
  }
  const unsigned long first = std::strtoul(argv[1], nullptr, 10);
  const unsigned long last = std::strtoul(argv[2], nullptr, 10);
  VerilatedContext context;
  Vdevice device{&context};
  std::vector<std::uint16_t> results(1 << 16);
  for (unsigned long a = first; a < last; ++a) {
    device.a = static_cast<std::uint16_t>(a);
    for (std::size_t b = 0; b < results.size(); ++b) {
      device.b = static_cast<std::uint16_t>(b);
      device.eval();
      results[b] = device.result;
    }
    if (std::fwrite(results.data(), 2, results.size(), stdout) != results.size()) return 1;
  }
  return std::fflush(stdout) != 0;
}
