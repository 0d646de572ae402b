#include "core/key.h"

namespace throughline::core {

Key Key::Parse(std::string_view text) {
  const auto [district, school] = SplitKey<2>(text);
  return {district, school};
}

std::string Key::Text() const {
  return school.empty() ? std::string(district) : JoinKey(district, school);
}

std::string PastPrefix(std::string prefix) {
  ++prefix.back();
  return prefix;
}

}  // namespace throughline::core
