// Data blocks: what to read or generate, how to normalize and split it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "frontend/elaborate/blocks.h"
#include "frontend/elaborate/data_source.h"
#include "frontend/elaborate/overloaded.h"
#include "frontend/elaborate/settings.h"

namespace nnc {
namespace {

using ir::Element;

class DataBlock {
 public:
  DataBlock(Elaborator& elaborator, const ast::Data& data, uint32_t file)
      : elaborator_(elaborator), data_(data), frame_(elaborator.FileFrame(file, static_)) {
    plan_.name = data.name.text;
    plan_.span = data.name.span;
  }

  DataPlan Elaborate() {
    for (const ast::DataItem& item : data_.items) {
      std::visit(Overloaded{
                     [&](const ast::Field& field) { ReadField(field); },
                     [&](const ast::Generate& generate) { ReadGenerate(generate, item.span); },
                     [&](const ast::Setting& setting) { ReadSetting(setting); },
                     [](const ast::Normalize&) {},
                     [](const ast::Split&) {},
                 },
                 item.node);
    }
    // These name fields, which may come after them.
    for (const ast::DataItem& item : data_.items) {
      if (auto* normalize = std::get_if<ast::Normalize>(&item.node)) ReadNormalize(*normalize, item.span);
      if (auto* split = std::get_if<ast::Split>(&item.node)) ReadSplit(*split, item.span);
    }
    Complete();
    return std::move(plan_);
  }

 private:
  DataField* Find(std::string_view name) {
    auto found = std::find_if(plan_.fields.begin(), plan_.fields.end(),
                              [&](const DataField& field) { return field.name == name; });
    return found == plan_.fields.end() ? nullptr : &*found;
  }

  // ---- Fields ----

  // The type of one row. nullopt where it was wrong and was reported.
  std::optional<DataField> Declare(const ast::Field& field) {
    DataField declared;
    declared.name = field.name.text;
    declared.span = field.name.span;
    if (const DataField* other = Find(field.name.text)) {
      elaborator_
          .Report(frame_, DiagnosticKind::kDuplicateName, field.name.span,
                  fmt::format("two fields are called `{}`", field.name.text))
          .AddNote(other->span, "the other one");
      return std::nullopt;
    }
    if (auto* labels = std::get_if<ast::ClassTypeExpr>(&field.type->node)) {
      auto shape = elaborator_.ResolveShape(labels->dims, frame_);
      auto classes = ClassesOf(*labels);
      if (!shape || !classes) return std::nullopt;
      declared.type = {Element::kI32, *shape};
      declared.classes = *classes;
      return declared;
    }
    auto type = elaborator_.ResolveTensorType(*field.type, frame_);
    if (!type) return std::nullopt;
    declared.type = *type;
    return declared;
  }

  // How many classes; 0: counted from the source.
  std::optional<int64_t> ClassesOf(const ast::ClassTypeExpr& labels) {
    auto* name = std::get_if<ast::NameExpr>(&labels.classes->node);
    if (name && name->name == "_") return 0;
    Span span = labels.classes->span;
    auto classes =
        elaborator_.WantConstant(frame_, span, elaborator_.Evaluate(*labels.classes, frame_), "the number of classes");
    if (classes && *classes < 1) {
      elaborator_.Report(frame_, DiagnosticKind::kBadSetting, span, "there is at least one class");
      return std::nullopt;
    }
    return classes;
  }

  void ReadField(const ast::Field& field) {
    std::optional<DataField> declared = Declare(field);
    Value source = elaborator_.Evaluate(*field.source, frame_);
    if (!declared || source.poison()) return;
    auto* file = source.As<std::shared_ptr<const FieldSource>>();
    if (!file) {
      elaborator_
          .Report(frame_, DiagnosticKind::kTypeMismatch, field.source->span,
                  fmt::format("a field is read from a source, not from {}", elaborator_.Describe(frame_, source)))
          .Help("sources are csv, npy, npz, idx, safetensors and text; formulas stand in `generate i in 0..n { ... }`");
      return;
    }
    declared->source = **file;
    if (CheckSource(elaborator_, frame_, *declared, field)) plan_.fields.push_back(std::move(*declared));
  }

  // ---- Rows made by formula ----

  void ReadGenerate(const ast::Generate& generate, Span span) {
    if (!plan_.generate.empty()) {
      elaborator_.Report(frame_, DiagnosticKind::kDuplicateName, span, "a data block has one `generate`");
      return;
    }
    plan_.generate = data_.name.text + ".generate";
    Value range = elaborator_.Evaluate(*generate.range, frame_);
    if (auto* rows = range.As<RangeValue>()) {
      auto first = elaborator_.WantConstant(frame_, generate.range->span, rows->first, "the first row");
      auto last = elaborator_.WantConstant(frame_, generate.range->span, rows->last, "the end of the rows");
      if (first && last) plan_.first = *first, plan_.last = *last;
    } else if (!range.poison()) {
      elaborator_.Report(frame_, DiagnosticKind::kTypeMismatch, generate.range->span, "rows are counted by a range")
          .Help("write 0..n");
    }
    GenerateRow(generate);
  }

  // @NAME.generate(i: i32, seed: i64) -> (field...)
  void GenerateRow(const ast::Generate& generate) {
    Graph graph(plan_.generate);
    ir::Value row = graph.Read(ArgumentKind::kInput, "i", Element::kI32, generate.variable.span);
    ir::Value seed = graph.Read(ArgumentKind::kInput, "seed", Element::kI64, data_.name.span);
    Context context;
    context.graph = &graph;
    context.make_key = [&] { return graph.builder().FoldIn(seed, graph.builder().Cast(row, Element::kI64)); };
    Frame frame = elaborator_.FileFrame(frame_.file, context);
    frame.scope.Define(generate.variable.text, Value::Tensor(row), generate.variable.span);
    int errors = elaborator_.diagnostics().error_count();
    for (const ast::GenerateItem& item : generate.body) {
      std::visit(Overloaded{
                     [&](const ast::Field& field) { GenerateField(field, graph, frame); },
                     [&](const ast::Stmt& statement) { RunStatement(statement, frame); },
                 },
                 item);
    }
    if (elaborator_.diagnostics().error_count() == errors)
      elaborator_.program().module.functions.push_back(graph.Finish());
  }

  void RunStatement(const ast::Stmt& statement, Frame& frame) {
    if (!elaborator_.Execute(statement, frame)) return;
    elaborator_.Report(frame, DiagnosticKind::kMisplaced, statement.span, "`generate` returns nothing")
        .Help("write `field NAME: TYPE = ...`");
  }

  void GenerateField(const ast::Field& field, Graph& graph, Frame& frame) {
    std::optional<DataField> declared = Declare(field);
    Value value = elaborator_.Evaluate(*field.source, frame);
    if (!declared) return;
    if (declared->classes == 0) {
      elaborator_
          .Report(frame, DiagnosticKind::kBadSetting, field.type->span,
                  fmt::format("the classes of `{}` cannot be counted: no file has them", declared->name))
          .Help("say how many there are: `class(3)`");
      return;
    }
    plan_.fields.push_back(*declared);
    Value tensor = elaborator_.ToTensor(frame, field.source->span, value, declared->type.element);
    frame.scope.Define(field.name.text, tensor, field.name.span);
    if (tensor.poison()) return;
    if (elaborator_.TypeOf(frame, tensor) != declared->type) {
      elaborator_
          .Report(frame, DiagnosticKind::kTypeMismatch, field.source->span,
                  fmt::format("`{}` is {}, but this is {}", field.name.text, ir::ToString(declared->type),
                              elaborator_.Describe(frame, tensor)))
          .AddNote(field.type->span, "declared here");
      return;
    }
    graph.AddResult(field.name.text, *tensor.AsTensor());
  }

  // ---- Settings, normalization, split ----

  void ReadSetting(const ast::Setting& setting) {
    SettingReader reader{elaborator_, frame_, setting.name, *setting.value};
    if (setting.name.text == "seed") {
      reader.Int(plan_.seed);
    } else if (setting.name.text == "shuffle") {
      reader.Bool(plan_.shuffle);
      shuffle_given_ = true;
    } else {
      elaborator_.UnknownName(frame_, DiagnosticKind::kUnknownName, setting.name.span,
                              fmt::format("a data block has no setting `{}`", setting.name.text), setting.name.text,
                              {"seed", "shuffle"});
    }
  }

  void ReadNormalize(const ast::Normalize& normalize, Span span) {
    NormalizeStep step;
    step.span = span;
    for (const ast::Name& name : normalize.fields) {
      if (!CheckNormalized(name)) return;
      step.fields.push_back(name.text);
    }
    if (normalize.over) {
      int64_t rank = Find(step.fields.front())->type.rank();
      auto axes =
          elaborator_.WantAxes(frame_, normalize.over->span, elaborator_.Evaluate(*normalize.over, frame_), rank);
      if (!axes) return;
      step.over = *axes;
    }
    if (normalize.like && !ReadLike(*normalize.like, step)) return;
    plan_.normalize.push_back(std::move(step));
  }

  bool CheckNormalized(const ast::Name& name) {
    const DataField* field = Find(name.text);
    if (!field) {
      std::vector<std::string> names;
      for (const DataField& other : plan_.fields) names.push_back(other.name);
      elaborator_.UnknownName(frame_, DiagnosticKind::kUnknownName, name.span,
                              fmt::format("no field is called `{}`", name.text), name.text, names);
    } else if (!ir::IsFloat(field->type.element)) {
      elaborator_
          .Report(frame_, DiagnosticKind::kTypeMismatch, name.span,
                  fmt::format("`{}` is {}; only floats are normalized", name.text, ir::ToString(field->type)))
          .AddNote(field->span, "declared here");
      field = nullptr;
    } else if (!normalized_.insert(name.text).second) {
      elaborator_.Report(frame_, DiagnosticKind::kDuplicateName, name.span,
                         fmt::format("`{}` is normalized twice", name.text));
      field = nullptr;
    }
    return field != nullptr;
  }

  // `like OTHER.field`: a field that another data block normalizes by its own statistics.
  bool ReadLike(const ast::Expr& like, NormalizeStep& step) {
    int errors = elaborator_.diagnostics().error_count();
    Value value = elaborator_.Evaluate(like, frame_);
    if (elaborator_.diagnostics().error_count() > errors) return false;
    auto* other = value.As<FieldRef>();
    if (!other) {
      elaborator_.Report(frame_, DiagnosticKind::kTypeMismatch, like.span, "`like` names a field of another data block")
          .Help("write `like DATA.FIELD`");
      return false;
    }
    const DataPlan& plan = elaborator_.PlanOf(*other->data, other->file);
    auto own = std::find_if(plan.normalize.begin(), plan.normalize.end(), [&](const NormalizeStep& each) {
      return each.like.empty() && std::find(each.fields.begin(), each.fields.end(), other->field) != each.fields.end();
    });
    if (own == plan.normalize.end()) {
      elaborator_
          .Report(frame_, DiagnosticKind::kMissingSetting, like.span,
                  fmt::format("`{}.{}` is not normalized itself", plan.name, other->field))
          .AddNote(plan.span, "in this data block");
      return false;
    }
    const DataField& field = *Find(step.fields.front());
    auto known = std::find_if(plan.fields.begin(), plan.fields.end(),
                              [&](const DataField& each) { return each.name == other->field; });
    if (known->type.shape != field.type.shape) {
      elaborator_
          .Report(frame_, DiagnosticKind::kShapeMismatch, like.span,
                  fmt::format("`{}` is {}, but `{}.{}` is {}", field.name, ir::ToString(field.type), plan.name,
                              known->name, ir::ToString(known->type)))
          .AddNote(known->span, "declared here");
      return false;
    }
    step.like = plan.name + "." + other->field;
    step.over = own->over;
    return true;
  }

  void ReadSplit(const ast::Split& split, Span span) {
    if (!plan_.split.empty()) {
      elaborator_.Report(frame_, DiagnosticKind::kDuplicateName, span, "a data block has one `split`");
      return;
    }
    double fractions = 0;
    for (const ast::SplitPart& part : split.parts) {
      Value size = elaborator_.Evaluate(*part.size, frame_);
      if (size.poison() || !AddPart(part, size)) continue;
      if (plan_.split.back().fraction) fractions += plan_.split.back().size;
    }
    constexpr double kRounding = 1e-9;  // 0.8 + 0.1 + 0.1 is a little more than 1
    if (fractions > 1 + kRounding) {
      elaborator_.Report(frame_, DiagnosticKind::kBadSetting, span,
                         fmt::format("the fractions add up to {}, more than all rows", fractions));
    }
  }

  bool AddPart(const ast::SplitPart& part, const Value& size) {
    auto same = std::find_if(plan_.split.begin(), plan_.split.end(),
                             [&](const SplitPart& other) { return other.name == part.name.text; });
    if (same != plan_.split.end() || Find(part.name.text)) {
      elaborator_
          .Report(frame_, DiagnosticKind::kDuplicateName, part.name.span,
                  fmt::format("`{}` is a field or another part already", part.name.text))
          .AddNote(same != plan_.split.end() ? same->span : Find(part.name.text)->span, "the other one");
      return false;
    }
    const double* fraction = size.AsFloat();
    bool count = size.AsInt() && size.AsInt()->is_constant();
    double number = fraction ? *fraction : count ? static_cast<double>(size.AsInt()->value()) : -1;
    if (number < 0 || (fraction && number > 1)) {
      elaborator_.Report(frame_, DiagnosticKind::kBadSetting, part.size->span,
                         "a part is a fraction from 0.0 to 1.0 or a number of rows");
      return false;
    }
    plan_.split.push_back({part.name.text, number, fraction != nullptr, part.name.span});
    return true;
  }

  // `header` that one field says holds for the others that read the same file in the same way.
  void AgreeOnHeaders() {
    for (DataField& field : plan_.fields) {
      for (const DataField& other : plan_.fields) {
        bool same = field.source && other.source && field.source->path == other.source->path &&
                    field.source->skip == other.source->skip;
        if (same && !field.source->header) field.source->header = other.source->header;
      }
    }
  }

  void Complete() {
    AgreeOnHeaders();
    bool text = std::any_of(plan_.fields.begin(), plan_.fields.end(), [](const DataField& field) {
      return field.source && field.source->kind == FieldSource::kText;
    });
    if (!shuffle_given_ && text) plan_.shuffle = false;
    bool has_fields = std::any_of(data_.items.begin(), data_.items.end(), [](const ast::DataItem& item) {
      return std::holds_alternative<ast::Field>(item.node) || std::holds_alternative<ast::Generate>(item.node);
    });
    if (!has_fields) {
      elaborator_
          .Report(frame_, DiagnosticKind::kMissingSetting, data_.name.span,
                  fmt::format("the data `{}` has no field", plan_.name))
          .Help("write `field NAME: TYPE = SOURCE`");
    }
  }

  Elaborator& elaborator_;
  const ast::Data& data_;
  Context static_;  // without a graph: settings are known when compiling
  Frame frame_;
  DataPlan plan_;
  bool shuffle_given_ = false;
  std::set<std::string> normalized_;
};

}  // namespace

DataPlan ElaborateData(Elaborator& elaborator, const ast::Data& data, uint32_t file) {
  return DataBlock(elaborator, data, file).Elaborate();
}

}  // namespace nnc
