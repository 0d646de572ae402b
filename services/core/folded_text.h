// Names that people take for the same. Pure.
#pragma once

#include <string>
#include <string_view>

namespace throughline::core {

// The text without what does not tell names apart: case, width and composition of characters
// (Unicode's NFKC_Casefold, which also leaves out what is invisible), and white space but for a
// single space between words. Two names are the same when these are. `text` is UTF-8.
std::string Folded(std::string_view text);

}  // namespace throughline::core
