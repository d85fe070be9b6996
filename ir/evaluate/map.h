// Applying a scalar function to each element, under strict broadcasting.
#pragma once

#include <algorithm>

#include "ir/evaluate/rules.h"
#include "ir/evaluate/walk.h"

namespace nnc::ir {

inline double Hold(Element, double value) { return value; }
inline int64_t Hold(Element element, int64_t value) { return Wrap(element, value); }

// The result of `node`, element i being f(x[i]). X and R are double for floats, int64_t for integers and bools.
template <class R, class X, class F>
Tensor Map(const Node& node, const Tensor& x, F f) {
  Tensor result = ResultOf(node);
  const auto& from = std::get<std::vector<X>>(x.data);
  std::transform(from.begin(), from.end(), std::get<std::vector<R>>(result.data).begin(),
                 [&](X value) { return Hold(result.element, static_cast<R>(f(value))); });
  return result;
}

// The same for f(a[i], b[i]).
template <class R, class X, class F>
Tensor Map(const Node& node, const Tensor& a, const Tensor& b, F f) {
  Tensor result = ResultOf(node);
  const auto &from_a = std::get<std::vector<X>>(a.data), &from_b = std::get<std::vector<X>>(b.data);
  auto to = std::get<std::vector<R>>(result.data).begin();
  Walk<2> walk(result.shape, {BroadcastStrides(a.shape, result.shape), BroadcastStrides(b.shape, result.shape)});
  for (; !walk.done(); walk.Next()) {
    *to++ = Hold(result.element, static_cast<R>(f(from_a[walk.offset(0)], from_b[walk.offset(1)])));
  }
  return result;
}

}  // namespace nnc::ir
