// The settings of a train block: the names in a fixed list; every other name is a local.
#pragma once

#include <string>
#include <vector>

#include "frontend/elaborate/elaborator.h"

namespace nnc {

const std::vector<std::string>& TrainSettings();

// The assignment of a setting, or null where the item is something else.
const ast::Assign* SettingOf(const ast::TrainItem& item);

// What the settings say, into `plan`. `frame` has no graph: settings are static. The data blocks that batches come
// from, in plan.data's order.
std::vector<const DataPlan*> ReadTrainSettings(Elaborator& elaborator, const ast::Train& train, Frame& frame,
                                               TrainPlan& plan);

}  // namespace nnc
