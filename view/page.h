// Pages: one self-contained HTML file each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nnc::view {

// What goes into a page. All of it is HTML, CSS or JavaScript as it stands; see html.h for text from elsewhere.
struct Page {
  std::string title = {};                      // plain text
  std::string body = {};                       // what <main> holds
  std::vector<std::string_view> styles = {};   // assets beside theme.css, which every page has
  std::vector<std::string_view> scripts = {};  // assets, run in this order when the body is there, after page.js
  std::string data = {};                       // a JavaScript expression, which scripts read as `nnc`; empty: none
  int refresh_seconds = 0;                     // if not 0, the page loads itself again: what it shows is still changing
};

// The page as a file's text. It refers to nothing outside itself, and its Content-Security-Policy forbids that it
// loads anything. Light or dark as the reader's system is, with a button for the other; readable on a phone.
std::string Html(const Page& page);

}  // namespace nnc::view
