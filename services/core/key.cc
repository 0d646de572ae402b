#include "core/key.h"

namespace throughline::core {

Key Key::Parse(std::string_view text) {
  const auto [district, school] = SplitKey<2>(text);
  return {district, school};
}

std::string Key::Text() const {
  return school.empty() ? std::string(district) : JoinKey(district, school);
}

std::string PlaceIn(std::string_view name, int skipped, bool of_school) {
  for (; skipped > 0; --skipped) name = SplitKey<2>(name)[1];
  const auto [district, school, rest] = SplitKey<3>(name);
  return Key{district, of_school ? school : std::string_view()}.Text();
}

std::string PastPrefix(std::string prefix) {
  ++prefix.back();
  return prefix;
}

}  // namespace throughline::core
