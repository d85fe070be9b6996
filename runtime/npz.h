// Arrays in a .npz file: a zip archive of .npy files, as numpy.savez and numpy.savez_compressed write it.
#pragma once

#include <string>
#include <vector>

#include "runtime/stored.h"

namespace nnc::runtime {

// The array under `key`. Throws Failure BadDataFile on a damaged archive (the member's CRC is checked) and on a key
// that it does not hold, naming those it does.
StoredArray OpenNpz(const std::string& path, const std::string& key);
// The names of the arrays, in the file's order.
std::vector<std::string> ListNpz(const std::string& path);
Tensor ReadNpz(const std::string& path, const std::string& key);

}  // namespace nnc::runtime
