// A visitor of a variant from one lambda for each alternative.
#pragma once

namespace nnc {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace nnc
