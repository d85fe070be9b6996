#include "runtime/observers.h"

namespace nnc::runtime {
namespace {

// One function that calls `event` of every observer; empty where none has it.
template <class Event>
std::function<void(const Event&)> All(const std::vector<TrainObserver>& observers,
                                      std::function<void(const Event&)> TrainObserver::* event) {
  std::vector<std::function<void(const Event&)>> listeners;
  for (const TrainObserver& observer : observers) {
    if (observer.*event) listeners.push_back(observer.*event);
  }
  if (listeners.empty()) return {};
  return [listeners](const Event& happened) {
    for (const auto& listener : listeners) listener(happened);
  };
}

}  // namespace

TrainObserver Together(const std::vector<TrainObserver>& observers) {
  return {All(observers, &TrainObserver::start), All(observers, &TrainObserver::progress),
          All(observers, &TrainObserver::epoch), All(observers, &TrainObserver::done),
          All(observers, &TrainObserver::stopped)};
}

}  // namespace nnc::runtime
