#include <fmt/format.h>

#include <algorithm>

#include "frontend/elaborate/signature.h"

namespace nnc {

namespace {

class Matcher {
 public:
  Matcher(Elaborator& elaborator, const Frame& caller, Span call, const std::string& what,
          const std::vector<ParamName>& params)
      : elaborator_(elaborator), caller_(caller), call_(call), what_(what), params_(params), matched_(params.size()) {}

  // The parameter that an argument goes to, or nullopt.
  std::optional<size_t> Find(const CallArgument& argument) {
    if (!argument.name.empty()) {
      auto at =
          std::find_if(params_.begin(), params_.end(), [&](const ParamName& p) { return p.name == argument.name; });
      return at == params_.end() ? std::nullopt : std::optional<size_t>(at - params_.begin());
    }
    while (next_ < params_.size() && params_[next_].named_only) ++next_;
    return next_ < params_.size() ? std::optional(next_++) : std::nullopt;
  }

  void Give(size_t param, const CallArgument& argument) {
    if (matched_[param] != nullptr) {
      failed_ = true;
      elaborator_
          .Report(caller_, DiagnosticKind::kDuplicateArgument, argument.span,
                  fmt::format("`{}` of {} is given twice", params_[param].name, what_))
          .AddNote(matched_[param]->span, "first here");
    }
    matched_[param] = &argument;
  }

  void Refuse(const CallArgument& argument) {
    failed_ = true;
    if (!argument.name.empty()) {
      std::vector<std::string> names;
      for (const ParamName& param : params_) names.emplace_back(param.name);
      elaborator_.UnknownName(caller_, DiagnosticKind::kUnknownArgument, argument.name_span,
                              fmt::format("{} has no argument `{}`", what_, argument.name), argument.name, names);
      return;
    }
    auto positional = std::count_if(params_.begin(), params_.end(), [](const ParamName& p) { return !p.named_only; });
    Report(DiagnosticKind::kTooManyArguments, argument.span,
           fmt::format("{} takes {} argument{}{}", what_, positional, positional == 1 ? "" : "s",
                       positional == static_cast<int64_t>(params_.size()) ? "" : " without a name"));
  }

  std::optional<std::vector<const CallArgument*>> Finish() {
    for (size_t i = 0; i < params_.size(); ++i) {
      if (matched_[i] == nullptr && params_[i].required) {
        Report(DiagnosticKind::kMissingArgument, call_,
               fmt::format("{} needs an argument `{}`", what_, params_[i].name));
      }
    }
    if (failed_) return std::nullopt;
    return std::move(matched_);
  }

 private:
  void Report(DiagnosticKind kind, Span span, std::string message) {
    failed_ = true;
    elaborator_.Report(caller_, kind, span, std::move(message));
  }

  Elaborator& elaborator_;
  const Frame& caller_;
  Span call_;
  const std::string& what_;
  const std::vector<ParamName>& params_;
  std::vector<const CallArgument*> matched_;
  size_t next_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::vector<const CallArgument*>> MatchArguments(Elaborator& elaborator, const Frame& caller, Span call,
                                                               const std::string& what,
                                                               const std::vector<ParamName>& params,
                                                               const std::vector<CallArgument>& arguments,
                                                               Unmatched unmatched, std::vector<CallArgument>* rest) {
  Matcher matcher(elaborator, caller, call, what, params);
  for (const CallArgument& argument : arguments) {
    std::optional<size_t> param = matcher.Find(argument);
    bool kept = unmatched == (argument.name.empty() ? Unmatched::kKeepPositional : Unmatched::kKeepNamed);
    if (param) {
      matcher.Give(*param, argument);
    } else if (kept) {
      rest->push_back(argument);
    } else {
      matcher.Refuse(argument);
    }
  }
  return matcher.Finish();
}

}  // namespace nnc
