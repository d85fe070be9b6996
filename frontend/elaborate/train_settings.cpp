#include "frontend/elaborate/train_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/settings.h"

namespace nnc {
namespace {

class SettingsReader {
 public:
  SettingsReader(Elaborator& elaborator, const ast::Train& train, Frame& frame, TrainPlan& plan)
      : elaborator_(elaborator), train_(train), frame_(frame), plan_(plan) {}

  std::vector<const DataPlan*> Read() {
    for (const ast::TrainItem& item : train_.items) {
      const ast::Assign* setting = SettingOf(item);
      if (!setting) continue;
      const ast::Name& name = std::get<ast::Name>(setting->target.node);
      if (IsNew(name)) ReadOne(name, *setting->value);
    }
    CheckTogether();
    return data_;
  }

 private:
  bool IsNew(const ast::Name& name) {
    auto [first, fresh] = spans_.try_emplace(name.text, name.span);
    if (!fresh) {
      elaborator_.Report(frame_, DiagnosticKind::kDuplicateName, name.span, fmt::format("`{}` is set twice", name.text))
          .AddNote(first->second, "first here");
    }
    return fresh;
  }

  void ReadOne(const ast::Name& name, const ast::Expr& value) {
    SettingReader reader{elaborator_, frame_, name, value};
    const std::string& text = name.text;
    if (text == "data") data_ = ReadData(value, plan_.data);
    if (text == "validate") validate_ = ReadData(value, plan_.validate);
    if (text == "batch") reader.Count(plan_.batch, 1);
    if (text == "epochs") reader.Count(plan_.epochs, 1);
    if (text == "steps") reader.Count(plan_.steps, 1);
    if (text == "seed") reader.Int(plan_.seed);
    if (text == "shuffle") reader.Bool(plan_.shuffle);
    if (text == "drop_last") reader.Bool(plan_.drop_last);
    if (text == "patience") reader.Count(plan_.patience, 1);
    if (text == "clip_norm") reader.PositiveFloat(plan_.clip_norm);
    if (text == "accumulate") reader.Count(plan_.accumulate, 1);
    if (text == "checkpoint_every") reader.Count(plan_.checkpoint_every, 1);
    if (text == "start") ReadStart(value);
  }

  // One part of a data block, or a tuple of them; none after an error.
  std::vector<const DataPlan*> ReadData(const ast::Expr& expr, std::vector<DataPart>& parts) {
    auto* tuple = std::get_if<ast::TupleExpr>(&expr.node);
    std::vector<const DataPlan*> plans;
    for (size_t i = 0; i < (tuple ? tuple->elements.size() : 1); ++i) {
      const ast::Expr& element = tuple ? *tuple->elements[i] : expr;
      const DataPlan* plan = ReadPart(element, parts);
      if (!plan) return {};
      if (std::find(plans.begin(), plans.end(), plan) != plans.end()) {
        elaborator_.Report(frame_, DiagnosticKind::kBadSetting, element.span,
                           fmt::format("`{}` is here twice, so its fields would be too", plan->name));
        return {};
      }
      plans.push_back(plan);
    }
    return plans;
  }

  // `spiral.train`, or `spiral` where it has no split.
  const DataPlan* ReadPart(const ast::Expr& expr, std::vector<DataPart>& parts) {
    Value value = elaborator_.Evaluate(expr, frame_);
    if (value.poison()) return nullptr;
    auto* reference = value.As<DataRef>();
    if (!reference) {
      elaborator_
          .Report(frame_, DiagnosticKind::kTypeMismatch, expr.span,
                  fmt::format("a data block is needed, not {}", elaborator_.Describe(frame_, value)))
          .Help("write `data = NAME`, `data = NAME.SPLIT`, or a tuple of these");
      return nullptr;
    }
    const DataPlan& plan = elaborator_.PlanOf(*reference->data, reference->file);
    if (!plan.split.empty() && reference->split.empty()) {
      elaborator_
          .Report(frame_, DiagnosticKind::kBadSetting, expr.span,
                  fmt::format("`{}` is split, so a part of it must be named", plan.name))
          .AddNote(plan.span, "the split is in this data block")
          .Help(fmt::format("write `{}.{}`", plan.name, plan.split.front().name));
      return nullptr;
    }
    parts.push_back({plan.name, reference->split});
    return &plan;
  }

  // Another run's name, whose weights this one starts from.
  void ReadStart(const ast::Expr& expr) {
    auto* name = std::get_if<ast::NameExpr>(&expr.node);
    if (!name) {
      elaborator_.Report(frame_, DiagnosticKind::kBadSetting, expr.span, "`start` names another train block");
      return;
    }
    std::vector<std::string> runs;
    for (const auto& declaration : elaborator_.declarations().file(frame_.file).declarations) {
      bool other = std::holds_alternative<ast::Train>(declaration->decl->node) && declaration->name != train_.name.text;
      if (other) runs.emplace_back(declaration->name);
    }
    if (std::find(runs.begin(), runs.end(), name->name) == runs.end()) {
      elaborator_.UnknownName(frame_, DiagnosticKind::kUnknownRun, expr.span,
                              fmt::format("no other train block is called `{}`", name->name), name->name, runs);
      return;
    }
    plan_.start = name->name;
  }

  Span SpanOf(const std::string& setting) const { return spans_.at(setting); }

  void CheckTogether() {
    if (plan_.epochs > 0 && plan_.steps > 0) {
      elaborator_
          .Report(frame_, DiagnosticKind::kBadSetting, SpanOf("steps"),
                  "`epochs` and `steps` both say how long to train")
          .AddNote(SpanOf("epochs"), "`epochs` is here");
    }
    bool trains_on_data = spans_.contains("data");
    if (!trains_on_data && plan_.steps == 0) {
      elaborator_
          .Report(frame_, DiagnosticKind::kMissingSetting, train_.name.span,
                  fmt::format("`{}` has neither `data` nor `steps`", train_.name.text))
          .Help("write `data = NAME`, or `steps = n` where the loss needs no data");
    }
    if (plan_.patience > 0 && !spans_.contains("validate")) {
      elaborator_.Report(frame_, DiagnosticKind::kMissingSetting, SpanOf("patience"),
                         "`patience` waits for the loss on `validate`, which is not set");
    }
    if (!data_.empty() && !validate_.empty()) CheckValidate();
  }

  // Validation runs the same loss, so it needs the same fields, part by part. Parts that `validate` leaves out are
  // those of `data`.
  void CheckValidate() {
    if (validate_.size() > data_.size()) {
      elaborator_
          .Report(frame_, DiagnosticKind::kBadSetting, SpanOf("validate"),
                  fmt::format("`validate` has {} parts, but `data` has {}", validate_.size(), data_.size()))
          .AddNote(SpanOf("data"), "`data` is here");
      return;
    }
    for (size_t i = 0; i < validate_.size(); ++i) CheckFields(*data_[i], *validate_[i]);
    plan_.validate.insert(plan_.validate.end(), plan_.data.begin() + static_cast<ptrdiff_t>(validate_.size()),
                          plan_.data.end());
  }

  void CheckFields(const DataPlan& data, const DataPlan& validate) {
    for (const DataField& field : data.fields) {
      auto same = [&](const DataField& other) {
        return other.name == field.name && other.type == field.type && other.classes == field.classes;
      };
      if (std::any_of(validate.fields.begin(), validate.fields.end(), same)) continue;
      elaborator_
          .Report(frame_, DiagnosticKind::kBadSetting, SpanOf("validate"),
                  fmt::format("`{}` lacks the field `{}: {}` of `{}`", validate.name, field.name,
                              ir::ToString(field.type), data.name))
          .AddNote(field.span, "declared here");
      return;
    }
  }

  Elaborator& elaborator_;
  const ast::Train& train_;
  Frame& frame_;
  TrainPlan& plan_;
  std::vector<const DataPlan*> data_, validate_;
  std::map<std::string, Span> spans_;  // of the settings that are there
};

}  // namespace

const std::vector<std::string>& TrainSettings() {
  static const std::vector<std::string> settings = {
      "data",     "validate",  "batch",      "epochs",           "steps", "seed", "shuffle", "drop_last",
      "patience", "clip_norm", "accumulate", "checkpoint_every", "start"};
  return settings;
}

const ast::Assign* SettingOf(const ast::TrainItem& item) {
  auto* statement = std::get_if<ast::Stmt>(&item.node);
  auto* assign = statement ? std::get_if<ast::Assign>(&statement->node) : nullptr;
  auto* name = assign ? std::get_if<ast::Name>(&assign->target.node) : nullptr;
  const std::vector<std::string>& settings = TrainSettings();
  return name && std::find(settings.begin(), settings.end(), name->text) != settings.end() ? assign : nullptr;
}

std::vector<const DataPlan*> ReadTrainSettings(Elaborator& elaborator, const ast::Train& train, Frame& frame,
                                               TrainPlan& plan) {
  return SettingsReader(elaborator, train, frame, plan).Read();
}

}  // namespace nnc
