// Ids in paths of the JSON API. Pure.
#pragma once

#include <string>
#include <string_view>

namespace throughline::core {

// The id as a segment of a path, in which a colon would begin a verb.
inline std::string PathSegment(std::string_view id) {
  std::string segment;
  for (const char c : id) c == ':' ? segment += "%3A" : segment += c;
  return segment;
}

}  // namespace throughline::core
