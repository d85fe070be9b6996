// Numbers for people.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/trainer.h"

namespace nnc::driver {

std::string BytesText(int64_t bytes);                      // "512 B", "1.5 kB", "2.0 MB": powers of 1000
std::string CountText(double count);                       // "512", "12.3k", "4.5M"
std::string SecondsText(double seconds);                   // "0.05 s", "12 s", "3 min 20 s", "2 h 05 min"
std::string FiguresText(const runtime::Figures& figures);  // "loss 0.1234  accuracy 0.9500"

}  // namespace nnc::driver
