// Text for HTML.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace nnc::view {

// `text` for an element's content or a quoted attribute: & < > " ' as entities. Bytes that are not UTF-8, and control
// characters that HTML forbids, become U+FFFD.
std::string Escaped(std::string_view text);

// `value` as JavaScript inside a <script> element: JSON in which no `<` can end the element.
std::string ScriptJson(const nlohmann::json& value);

}  // namespace nnc::view
