// Model instances: made once for each call of a model, with static arguments known.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/elaborator.h"
#include "frontend/elaborate/overloaded.h"
#include "frontend/elaborate/signature.h"

namespace nnc {

namespace {

// A model whose one list parameter is of models, or of functions, which models are too, numbers them directly under its
// own path, as PyTorch's Sequential does.
bool NumbersDirectly(const ast::Model& model, std::string_view member) {
  auto lists_models = [](const ast::Param& param) {
    auto* list = std::get_if<ast::ListTypeExpr>(&param.type->node);
    auto* element = list == nullptr ? nullptr : std::get_if<ast::StaticType>(&list->element->node);
    return element != nullptr && (*element == ast::StaticType::kModel || *element == ast::StaticType::kFn);
  };
  return std::count_if(model.params.begin(), model.params.end(), lists_models) == 1 &&
         std::any_of(model.params.begin(), model.params.end(),
                     [&](const ast::Param& param) { return param.name.text == member && lists_models(param); });
}

const ast::Name& NameOf(const ast::ModelMember& member) {
  return std::visit([](const auto& node) -> const ast::Name& { return node.name; }, member.node);
}

Diagnostic& ReportTwoMembers(const ast::Model& model, Span span, std::string_view name, Diagnostics& diagnostics) {
  return diagnostics.Report(DiagnosticKind::kDuplicateName, span,
                            fmt::format("the model `{}` has two members `{}`", model.name.text, name));
}

void ReportRepeatedMembers(const ast::Model& model, Diagnostics& diagnostics) {
  std::unordered_map<std::string_view, Span> seen;
  for (const ast::ModelMember& member : model.members) {
    const ast::Name& name = NameOf(member);
    auto [first, fresh] = seen.try_emplace(name.text, name.span);
    if (!fresh) ReportTwoMembers(model, name.span, name.text, diagnostics).AddNote(first->second, "first here");
  }
}

bool DeclaresMember(const ast::Model& model, std::string_view name) {
  return std::any_of(model.members.begin(), model.members.end(),
                     [&](const ast::ModelMember& member) { return NameOf(member).text == name; });
}

// A list of models under a name that begins with `_` gives its parameters and sub-models to the model that has it, with
// the list's name and their number behind theirs, as PyTorch's recurrent layers have it: the `weight` of `_l` is
// `weight_l0`, `weight_l1`, ...
void AddNumberedMembers(Instance& instance, const ast::Name& name, const Value& list, Diagnostics& diagnostics) {
  const std::vector<Value>* elements = list.AsList();
  if (elements == nullptr || !name.text.starts_with('_')) return;
  for (size_t i = 0; i < elements->size(); ++i) {
    const Instance* element = (*elements)[i].AsInstance();
    if (element == nullptr) continue;
    for (const auto& [member, value] : element->members) {
      if (!value.As<ParameterPtr>() && ParametersOf(value).empty()) continue;
      std::string full = fmt::format("{}{}{}", member, name.text, i);
      if (DeclaresMember(*instance.model, full) || instance.Find(full) != nullptr) {
        ReportTwoMembers(*instance.model, name.span, full, diagnostics);
      }
      instance.Add(std::move(full), value);
    }
  }
}

}  // namespace

Value Elaborator::Instantiate(const ModelClass& model, const std::vector<CallArgument>& arguments, Span span,
                              Frame& frame) {
  std::string what = fmt::format("`{}`", model.model->name.text);
  if (!Enter(frame, span, what)) return Poison{};
  auto instance = std::make_shared<Instance>();
  instance->model = model.model;
  instance->file = model.file;
  instance->span = UserSpan(frame, span);

  Context context;  // members are static
  Frame members = InlinedFrame(frame, span);
  members.context = &context;
  members.file = model.file;
  members.library = declarations_.file(model.file).library;
  if (!BindSignature(*this, members, frame, span, what, model.model->params, arguments)) return Poison{};
  for (const ast::Param& param : model.model->params) {
    instance->Add(param.name.text, members.scope.locals.at(param.name.text).value);
  }
  ReportRepeatedMembers(*model.model, diagnostics_);
  members.self = instance;
  for (const ast::ModelMember& member : model.model->members) {
    std::visit(Overloaded{
                   [&](const ast::ParamMember& node) { instance->Add(node.name.text, MakeParameter(node, members)); },
                   [&](const ast::Fn& node) { instance->methods.emplace(node.name.text, &node); },
                   [&](const ast::SubMember& node) {
                     Value value = Evaluate(*node.value, members);
                     AddNumberedMembers(*instance, node.name, value, diagnostics_);
                     instance->Add(node.name.text, std::move(value));
                   },
               },
               member.node);
  }
  return Value(instance);
}

Value Elaborator::MakeParameter(const ast::ParamMember& member, Frame& frame) {
  std::optional<ir::Type> type = ResolveTensorType(*member.type, frame);
  if (!type) return Poison{};
  if (!type->is_constant()) {
    return Fail(
        frame, DiagnosticKind::kNotStatic, member.type->span,
        fmt::format("`{}` is {}, but the size of a parameter must be known", member.name.text, ir::ToString(*type)));
  }
  auto parameter = std::make_shared<ParameterInfo>();
  parameter->type = *type;
  parameter->buffer = member.buffer;
  parameter->span = frame.library ? frame.self->span : member.name.span;
  parameter->declaration = &member;
  parameter->owner = frame.self.get();
  return Value(parameter);
}

void Elaborator::NameModels(const Value& value, const std::string& path) {
  if (const std::vector<Value>* elements = value.AsList() ? value.AsList() : value.AsTuple()) {
    for (size_t i = 0; i < elements->size(); ++i) NameModels((*elements)[i], fmt::format("{}.{}", path, i));
  }
  Instance* instance = value.AsInstance();
  if (instance == nullptr || !instance->path.empty()) return;
  instance->path = path;
  for (const auto& [name, member] : instance->members) {
    std::string member_path = fmt::format("{}.{}", path, name);
    if (auto* parameter = member.As<ParameterPtr>()) {
      if (!(*parameter)->name.empty()) continue;  // by the model around its own, see AddNumberedMembers
      (*parameter)->name = member_path;
      if ((*parameter)->IsEmpty()) continue;
      (*parameter)->ordinal = static_cast<uint32_t>(parameters_.size());
      parameters_.push_back(*parameter);
    } else {
      NameModels(member, NumbersDirectly(*instance->model, name) ? path : member_path);
    }
  }
}

}  // namespace nnc
