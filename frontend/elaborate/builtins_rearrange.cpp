// rearrange("n (h d) -> n h d", x, h: 4): axes by name, split and joined (Rogozhnikov, "Einops", 2022). `1` is an axis
// of one element, and `...` stands for the axes that have no name, on either side.
#include <fmt/format.h>

#include <map>

#include "frontend/elaborate/builtins.h"

namespace nnc {
namespace {

using ir::Dim;
using ir::Shape;
using K = ir::AttributeKey;

// The axes of one side of the pattern; `(h d)` is one axis of two names.
using Groups = std::vector<std::vector<std::string>>;

class Rearrangement {
 public:
  explicit Rearrangement(BuiltinCall& call) : call_(call) {}

  Value Run() {
    auto pattern = call_.elaborator.WantString(call_.frame, call_.at(0), call_.value(0), "the pattern");
    std::optional<ir::Value> x = TensorAt(call_, 1);
    if (!pattern || !x) return {};
    size_t arrow = pattern->find("->");
    if (arrow == std::string::npos) return Fail("the pattern has no `->`");
    Groups from, to;
    if (!Read(pattern->substr(0, arrow), from) || !Read(pattern->substr(arrow + 2), to)) return {};
    if (!Expand(from, to, TypeAt(call_, *x).rank()) || !ReadSizes(from)) return {};
    if (!MatchShape(from, TypeAt(call_, *x))) return {};
    return Move(*x, from, to);
  }

 private:
  Value Fail(std::string message) {
    return FailAt(call_, 0, DiagnosticKind::kBadPattern, std::move(message),
                  "write it as in rearrange(\"n (h d) -> n h d\", x, h: 4)");
  }

  bool Read(const std::string& side, Groups& groups) {
    bool inside = false;
    for (size_t at = 0; at < side.size();) {
      size_t end = at;
      while (end < side.size() && (std::isalnum(static_cast<unsigned char>(side[end])) || side[end] == '_')) ++end;
      if (side.compare(at, kDots.size(), kDots) == 0) end = at + kDots.size();
      if (end > at) {
        std::string name = side.substr(at, end - at);
        if (name == kDots && inside) name = kDotsInside;
        if (!inside) groups.emplace_back();
        if (name != "1") groups.back().push_back(name);
        at = end;
        continue;
      }
      char c = side[at++];
      bool opens = c == '(' && !inside, closes = c == ')' && inside;
      if (opens) groups.emplace_back();
      if (opens || closes) inside = opens;
      if (opens || closes || c == ' ') continue;
      Fail(fmt::format("`{}` has no meaning in `{}`", c, side));
      return false;
    }
    if (inside) Fail(fmt::format("a `(` is never closed in `{}`", side));
    return !inside;
  }

  // Replaces `...` by names for the axes it stands for: by groups of one outside of brackets, within the group inside.
  bool Expand(Groups& from, Groups& to, int64_t rank) {
    const auto dots = std::vector<std::string>{std::string(kDots)};
    bool left = std::find(from.begin(), from.end(), dots) != from.end();
    if (!left && std::any_of(to.begin(), to.end(), [&](const auto& group) { return group == dots; })) {
      Fail("`...` stands on the right alone");
      return false;
    }
    std::vector<std::string> names;
    for (int64_t i = static_cast<int64_t>(from.size()) - 1; left && i < rank; ++i)
      names.push_back(fmt::format("...{}", i));
    for (Groups* side : {&from, &to}) {
      Groups expanded;
      for (std::vector<std::string>& group : *side) {
        if (group == dots) {
          for (const std::string& name : names) expanded.push_back({name});
          continue;
        }
        auto inner = std::find(group.begin(), group.end(), kDotsInside);
        if (inner != group.end() && side == &from) {
          Fail("`...` stands for whole axes on the left, outside of brackets");
          return false;
        }
        if (inner != group.end()) group.insert(group.erase(inner), names.begin(), names.end());
        expanded.push_back(std::move(group));
      }
      *side = std::move(expanded);
    }
    return true;
  }

  // `h: 4` among the arguments.
  bool ReadSizes(const Groups& from) {
    for (const CallArgument& argument : call_.extra) {
      bool known = std::any_of(from.begin(), from.end(), [&](const auto& group) {
        return std::find(group.begin(), group.end(), argument.name) != group.end();
      });
      if (!known) {
        Fail(fmt::format("`{}` has a size but is no axis on the left", argument.name));
        return false;
      }
      auto size =
          call_.elaborator.WantInt(call_.frame, argument.span, argument.value, fmt::format("`{}`", argument.name));
      if (!size) return false;
      sizes_.emplace(argument.name, *size);
    }
    return true;
  }

  // Gives every name its size; one name of a group may follow from the others.
  bool MatchShape(const Groups& from, const ir::Type& type) {
    if (static_cast<int64_t>(from.size()) != type.rank()) {
      FailAt(call_, 1, DiagnosticKind::kRankMismatch,
             fmt::format("the pattern has {} axes for {}", from.size(), ir::ToString(type)));
      return false;
    }
    for (size_t axis = 0; axis < from.size(); ++axis) {
      if (!MatchAxis(from[axis], type.shape[axis])) return false;
    }
    return true;
  }

  bool MatchAxis(const std::vector<std::string>& names, const Dim& whole) {
    const std::string* unknown = nullptr;
    Dim known = 1;
    for (const std::string& name : names) {
      auto size = sizes_.find(name);
      if (size != sizes_.end()) {
        known = known * size->second;
      } else if (unknown) {
        Fail(fmt::format("neither `{}` nor `{}` has a size", *unknown, name));
        return false;
      } else {
        unknown = &name;
      }
    }
    Dim rest = known == Dim(0) ? Dim(0) : FloorDiv(whole, known);
    if (unknown) sizes_.emplace(*unknown, rest);
    if (known * (unknown ? rest : Dim(1)) == whole) return true;
    FailAt(call_, 1, DiagnosticKind::kBadReshape,
           fmt::format("an axis of {} does not have parts of {}", whole.str(), known.str()));
    return false;
  }

  // Splits all groups, orders the names, and joins them again.
  Value Move(ir::Value x, const Groups& from, const Groups& to) {
    std::map<std::string, int64_t> places;
    Shape apart, together;
    for (const auto& group : from) {
      for (const std::string& name : group) {
        if (!places.emplace(name, static_cast<int64_t>(apart.size())).second)
          return Fail(fmt::format("`{}` stands twice on the left", name));
        apart.push_back(sizes_.at(name));
      }
    }
    std::vector<int64_t> order;
    for (const auto& group : to) {
      Dim size = 1;
      for (const std::string& name : group) {
        auto place = places.find(name);
        if (place == places.end()) return Fail(fmt::format("`{}` stands on the right alone, or twice there", name));
        size = size * apart[static_cast<size_t>(place->second)];
        order.push_back(place->second);
        places.erase(place);
      }
      together.push_back(size);
    }
    if (!places.empty()) return Fail(fmt::format("`{}` stands on the left alone", places.begin()->first));
    Value split = Reshape(call_, x, apart);
    Value ordered = ApplyAt(call_, ir::Op::kTranspose, {split}, {{K::kAxes, order}});
    return ordered.poison() ? ordered : Reshape(call_, *ordered.AsTensor(), together);
  }

  static constexpr std::string_view kDots = "...", kDotsInside = "(...)";

  BuiltinCall& call_;
  std::map<std::string, Dim, std::less<>> sizes_;
};

}  // namespace

Value CallRearrange(BuiltinCall& call) { return Rearrangement(call).Run(); }

}  // namespace nnc
