// What a function that judges a model has the model predict, found by what it compares with the targets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ir/function.h"

namespace nnc::passes {

// Arguments of a function of a batch of rows.
struct PredictionQuery {
  std::string target;               // what is to be predicted
  std::vector<std::string> inputs;  // what it may be predicted from
};

// The class that is predicted for each row, where the target is labels, i32[B]: what `function` compares with them by
// `==`, as an accuracy does; else the largest of the numbers of which a loss picks one by the label, as cross_entropy
// does. The result is `class`, i32[B]. nullopt where there is neither. Of the arguments, it has those that it needs.
std::optional<ir::Function> ClassPrediction(const ir::Function& function, const PredictionQuery& query);

// The values that are predicted for a float target: what `function` subtracts from the target, or the target from. An
// ensemble predicts several. The results are `value0`, `value1`, ..., of the target's type.
std::optional<ir::Function> ValuePredictions(const ir::Function& function, const PredictionQuery& query);

}  // namespace nnc::passes
