#include "view/graph_views.h"

#include <algorithm>

#include "view/graph_boxes.h"

namespace nnc::view {
namespace {

class Finder {
 public:
  explicit Finder(const GraphParts& parts) : parts_(parts) {}

  std::vector<std::set<int>> Find(const std::set<int>& start, int most_at_once, int most) {
    std::set<int> all;
    for (int part = 0; part < Count(); ++part) all.insert(part);
    Add(start);
    Add({0});
    if (Shown(parts_, all) <= most_at_once) Add(all);
    Explore(start, most / 2);
    Explore({0}, most / 2);
    for (int part = 1; part < Count(); ++part) {
      int parent = parts_.parts[static_cast<size_t>(part)].parent;
      if (!Any([&](const std::set<int>& view) { return view.contains(part); })) Add(PathTo(parts_, part));
      if (!Any([&](const std::set<int>& view) { return view.contains(parent) && !view.contains(part); }))
        Add(PathTo(parts_, parent));
    }
    return std::move(views_);
  }

 private:
  int Count() const { return static_cast<int>(parts_.parts.size()); }

  // Boxes on all sides.
  int Drawn(const std::set<int>& open) const {
    int drawn = 0;
    for (int part : open) {
      const Part& each = parts_.parts[static_cast<size_t>(part)];
      drawn += static_cast<int>(each.values.size());
      for (int child : each.children) drawn += open.contains(child) ? 0 : 2;
    }
    return drawn;
  }

  template <class Predicate>
  bool Any(Predicate matches) const {
    return std::any_of(views_.begin(), views_.end(), matches);
  }

  void Add(std::set<int> open) {
    if (!known_.insert(open).second) return;
    int drawn = Drawn(open);
    left_ -= drawn * drawn;
    views_.push_back(std::move(open));
  }

  // Adds what is a few folds and unfolds away from `from`, the nearest first.
  void Explore(const std::set<int>& from, int most) {
    left_ = most;
    std::vector<std::set<int>> reached = {from};
    for (size_t i = 0; i < reached.size(); ++i) {
      for (int part = 1; part < Count() && left_ > 0; ++part) {
        std::set<int> next = Toggled(reached[i], part);
        if (std::find(reached.begin(), reached.end(), next) != reached.end()) continue;
        Add(next);
        reached.push_back(std::move(next));
      }
    }
  }

  // With the part folded, and all in it, or unfolded, if it is seen.
  std::set<int> Toggled(std::set<int> open, int part) const {
    if (open.contains(part)) {
      std::erase_if(open, [&](int each) { return parts_.Within(each, part); });
    } else if (open.contains(parts_.parts[static_cast<size_t>(part)].parent)) {
      open.insert(part);
    }
    return open;
  }

  const GraphParts& parts_;
  int left_ = 0;
  std::vector<std::set<int>> views_;
  std::set<std::set<int>> known_;
};

}  // namespace

std::vector<std::set<int>> ViewsOf(const GraphParts& parts, const std::set<int>& start, int most_at_once, int most) {
  return Finder(parts).Find(start, most_at_once, most);
}

}  // namespace nnc::view
