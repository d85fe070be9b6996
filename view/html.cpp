#include "view/html.h"

#include <nlohmann/json.hpp>

namespace nnc::view {
namespace {

std::string_view EntityOf(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "";
  }
}

bool IsForbidden(char c) {
  auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t' && c != '\n' && c != '\r') || code == 0x7f;
}

// Well-formed UTF-8, by the one writer of text that we have which checks it.
std::string Utf8(std::string_view text) {
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (char c : Utf8(text)) {
    if (std::string_view entity = EntityOf(c); !entity.empty()) {
      escaped += entity;
    } else if (IsForbidden(c)) {
      escaped += "\uFFFD";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string ScriptJson(const nlohmann::json& value) {
  std::string script;
  for (char c : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) {
    if (c == '<') {
      script += "\\u003c";
    } else {
      script += c;
    }
  }
  return script;
}

}  // namespace nnc::view
