// What a file of weights or data holds: `nnc inspect`, as text and as a page.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/tensor.h"

namespace nnc::view {

struct InspectedArray {
  std::string name;
  runtime::Tensor values;
  bool label = false;                     // integers that number classes
  std::vector<std::string> classes = {};  // their names, where they have some
};

struct Inspected {
  std::string title;                                            // the file, or the data block
  std::vector<std::pair<std::string, std::string>> facts = {};  // ("step", "7500")
  std::vector<InspectedArray> arrays = {};
  bool data = false;  // the first axis of each array counts rows
};

// Names, types and shapes, statistics and a histogram of every array; for data also the first rows and how often each
// class occurs.
std::string InspectionText(const std::vector<Inspected>& all);

// The same as a page, with pictures of the rows that look like images.
std::string InspectionPage(const std::vector<Inspected>& all);

// How often each class of a label occurs, by name; nullopt for an array that is no label.
std::optional<std::vector<std::pair<std::string, int64_t>>> ClassBalance(const InspectedArray& array);

// The first `count` rows, a cell for each array: a scalar, a class, or the first numbers of a longer row.
std::vector<std::vector<std::string>> FirstRows(const Inspected& inspected, int64_t count);

}  // namespace nnc::view
