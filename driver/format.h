// Numbers for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/trainer.h"

namespace nnc::driver {

std::string BytesText(int64_t bytes);                      // "512 B", "1.5 kB", "2.0 MB": powers of 1000
std::string CountText(double count);                       // "512", "12.3k", "4.5M"
std::string SecondsText(double seconds);                   // "0.05 s", "12 s", "3 min 20 s", "2 h 05 min"
std::string FiguresText(const runtime::Figures& figures);  // "loss 0.1234  accuracy 0.9500"

// Rows of cells as lines with aligned columns, two spaces apart: the first column to the left, the others to the right
// where they hold numbers. Each line is indented by `indent` spaces.
std::string TableText(const std::vector<std::vector<std::string>>& rows, int indent);

}  // namespace nnc::driver
