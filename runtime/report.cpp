#include "runtime/report.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace nnc::runtime {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json MetricsJson(const Figures& figures) {
  Json metrics = Json::object();
  for (const auto& [name, value] : figures.metrics) metrics[name] = Number(value);
  return metrics;
}

void AddFigures(Json& json, const EpochDone& epoch) {
  json["epoch"] = epoch.epoch;
  json["loss"] = Number(epoch.train.loss);
  json["metrics"] = MetricsJson(epoch.train);
  if (epoch.validate) {
    Json& validate = json["validate"] = Json::object();
    validate["loss"] = Number(epoch.validate->loss);
    validate.update(MetricsJson(*epoch.validate));
  }
}

}  // namespace

std::string StartJson(const TrainStart& start) {
  return Json{{"event", "start"},
              {"run", start.run},
              {"parameters", start.parameters},
              {"rows", start.rows},
              {"batch", start.batch},
              {"batches", start.batches},
              {"epochs", start.epochs},
              {"steps", start.steps},
              {"seed", start.seed},
              {"threads", start.threads},
              {"compile_seconds", start.compile_seconds},
              {"peak_bytes", start.peak_bytes}}
      .dump();
}

std::string EpochJson(const EpochDone& epoch) {
  Json json{{"event", "epoch"}};
  AddFigures(json, epoch);
  json["seconds"] = epoch.seconds;
  return json.dump();
}

std::string DoneJson(const TrainDone& done) {
  Json json{{"event", "done"}};
  AddFigures(json, done.last);
  json["kept_epoch"] = done.kept_epoch;
  json["steps"] = done.steps;
  json["seconds"] = done.seconds;
  json["compile_seconds"] = done.compile_seconds;
  json["peak_bytes"] = done.peak_bytes;
  return json.dump();
}

std::string StoppedJson(const TrainStopped& stopped) {
  return Json{{"event", "stopped"},
              {"epoch", stopped.epoch},
              {"step", stopped.step},
              {"steps", stopped.steps},
              {"checkpoint", stopped.checkpoint_path}}
      .dump();
}

std::string EvalJson(const SplitFigures& split) {
  return Json{{"event", "eval"},
              {"split", split.split},
              {"loss", Number(split.figures.loss)},
              {"metrics", MetricsJson(split.figures)},
              {"samples", split.figures.samples}}
      .dump();
}

}  // namespace nnc::runtime
