// Whether markup is well-formed, for tests.
#pragma once

#include <string>
#include <string_view>

namespace nnc::view {

// Empty, or what is wrong: an element that is not closed or closes another, a bare < or &, an attribute without quotes.
std::string XmlFault(std::string_view markup);

}  // namespace nnc::view
