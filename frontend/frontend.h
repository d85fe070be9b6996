// From .nn files to functions of the graph IR, and a plan of what to train on which data.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontend/ast.h"
#include "ir/diagnostics.h"
#include "ir/embedded_file.h"
#include "ir/function.h"

namespace nnc {

// A `--set NAME=VALUE` of the command line.
struct Override {
  std::string name;
  std::string value;
};

// ---- What a data block says; runtime/ reads it ----

// A field read from a file: `source(path, arguments) * scale + offset`.
struct FieldSource {
  enum Kind { kCsv, kNpy, kNpz, kIdx, kSafetensors, kText } kind;
  std::string path;  // resolved: relative to the .nn file
  std::string key;   // npz, safetensors: the array's name
  // csv: columns by index (last exclusive) or name; empty: all
  std::vector<int64_t> columns;
  std::vector<std::string> column_names;
  std::optional<bool> header;  // whether the first row holds names; nullopt: as the first rows look
  int64_t skip = 0;
  char delimiter = ',';
  int64_t window = 0, stride = 0, shift = 0;  // text
  double scale = 1.0, offset = 0.0;
};

struct DataField {
  std::string name;
  ir::Type type;                      // of one row, constant shape; labels are i32
  int64_t classes = -1;               // class(C): C; 0: class(_), counted from the source; -1: not a label
  std::optional<FieldSource> source;  // nullopt: made by `generate`
  Span span;
};

struct NormalizeStep {
  std::vector<std::string> fields;
  std::vector<int64_t> over;  // axes of one row that share a mean
  std::string like;           // "data.field" whose statistics are used; empty: its own
  Span span;
};

struct SplitPart {
  std::string name;
  double size = 0;  // a fraction if `fraction`, else a row count
  bool fraction = true;
  Span span;
};

struct DataPlan {
  std::string name;
  std::vector<DataField> fields;
  // generate: the function @NAME.generate(i: i32, seed: i64) -> (field...), one row a call
  std::string generate;         // empty: none
  int64_t first = 0, last = 0;  // rows of generate
  std::vector<NormalizeStep> normalize;
  std::vector<SplitPart> split;  // empty: the whole set is `name`
  int64_t seed = 0;
  bool shuffle = true;
  Span span;
};

// ---- What a train block says ----

// A parameter, a buffer or an optimizer's state: a persistent tensor, an argument and, under the same name, a result of
// the step function.
struct Parameter {
  // "net.fc1.weight"; an optimizer's state: "net.fc1.weight.m" behind the minimize line's prefix, see docs/library.md
  std::string name;
  ir::Type type;
  Span span;
  bool trained = true;  // false: buffer or frozen
  bool state = false;   // optimizer state
};

// A data block, or one of its splits.
struct DataPart {
  std::string data, split;  // "spiral", "train"; empty split: the whole set

  bool operator==(const DataPart&) const = default;
};

// A field of the batch, as functions of a train block take it.
struct BatchField {
  std::string name;   // the argument's: "x", or "edge.x" where a part before has an `x` too
  size_t part = 0;    // into TrainPlan::data
  std::string field;  // "x"
};

struct TrainPlan {
  std::string name;
  // Where batches come from. An epoch is one pass over the first part; the others go round. Empty: none.
  std::vector<DataPart> data;
  // The same for validation, with the fields of `data` part by part; its first pass is the whole validation. Empty:
  // none.
  std::vector<DataPart> validate;
  int64_t batch = 0;  // rows of each part; 0: as many as the first part has
  // exactly one of epochs and steps is positive unless the command line gives it
  int64_t epochs = 0, steps = 0;
  int64_t seed = 0;
  bool shuffle = true, drop_last = false;
  int64_t patience = 0;
  double clip_norm = 0;
  int64_t accumulate = 1;            // batches whose gradients make one update
  int64_t checkpoint_every = 0;      // epochs; 0: at the end alone
  std::string start;                 // other run whose weights this one starts from
  std::vector<BatchField> fields;    // of all parts of `data`, in the order of arguments
  std::vector<std::string> metrics;  // names, in result order after the loss
  // Functions of Program::module. All have symbolic batch size `B` and take, in this order: parameters, optimizer
  // state, data constants ("spiral.x.mean"), fields (`x: f32[B, 2]`), then the scalars that they use of seed: i64,
  // step: i64, steps: i64, epoch: i64, epochs: i64, batches: i64 (in an epoch).
  // @fit.step -> parameters, buffers and state under their own names, then loss and metrics (f32)
  std::string step_function;
  std::string eval_function;  // @fit.eval -> loss and each metric, with `training` false; no state argument
  std::string loss_function;  // @fit.loss -> loss; for gradcheck and pictures: the loss as trained, without the update
  std::string init_function;  // @fit.init(seed: i64) -> parameters and state
  // @fit.rates -> the argument `lr` of each optimizer that has one, f32 scalars named "lr", then "lr2", ...; empty
  // where none has
  std::string rates_function;
  Span span;
};

// A data constant that functions take as an argument: "spiral.x.mean".
struct DataConstant {
  std::string name, data, field;
  bool deviation = false;  // standard deviation, else mean
  ir::Type type;
};

struct ModelSummary {
  std::string name;   // "net"
  std::string model;  // "Net"
  std::vector<Parameter> parameters;
};

struct Program {
  // every top-level fn without static or model parameters, under its name; then the functions of data and train blocks
  ir::Module module;
  std::vector<DataPlan> data;
  std::vector<TrainPlan> trains;
  std::vector<ModelSummary> models;
  std::vector<Parameter> parameters;  // of all models
  std::vector<DataConstant> constants;
  std::string init_function;  // @init(seed: i64) -> every parameter
};

// Counts the classes of a block's `class(_)` field when checking needs them: reads the block's files. Given by the
// driver, since the runtime is above the frontend. Throws Failure on bad data.
using ClassCounter = std::function<int64_t(const DataPlan&, const DataField&)>;

struct FrontendOptions {
  std::vector<Override> overrides;
  ClassCounter count_classes;
  bool lint = false;  // also report warnings: lint/lint.h
};

// Parses, checks and lowers the file at `path` and the files it uses, with the standard library in scope. Reports
// everything wrong that it can find to `diagnostics`; the program is complete if there are no errors.
Program CompileFile(const std::string& path, const FrontendOptions& options, SourceManager& sources,
                    Diagnostics& diagnostics);

// Parses only: `nnc emit ast`.
std::optional<ast::File> ParsePath(const std::string& path, SourceManager& sources, Diagnostics& diagnostics);

// The standard library's files ("std/layers.nn"), embedded when nnc is built.
const std::vector<EmbeddedFile>& StandardLibrary();

}  // namespace nnc
