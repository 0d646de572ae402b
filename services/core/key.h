// How logical keys are laid out, to build them and to read them: ids with / between them, the
// district first. No id has a / in it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace throughline::core {

// Where something belongs: `district/school`, or `district` for what is a whole district's. Events
// and commands are partitioned by it.
struct Key {
  std::string_view district;
  std::string_view school = {};  // empty: the district's own

  // Of views into `text`.
  static Key Parse(std::string_view text);
  std::string Text() const;
};

// The key of a row, of the ids that lead to it. With "" at the end it is what such keys begin with.
template <class... Parts>
std::string JoinKey(std::string_view first, const Parts&... parts) {
  std::string key;
  key.reserve((first.size() + ... + (1 + std::string_view(parts).size())));
  key += first;
  ((key += '/', key += std::string_view(parts)), ...);
  return key;
}

// The place that a name has as the ids behind its first `skipped` ones: "name/district/school/…",
// of the district alone when that is all that is wanted.
std::string PlaceIn(std::string_view name, int skipped, bool of_school);

// Greater than every key that begins with `prefix`, and greater than no key that follows those.
std::string PastPrefix(std::string prefix);

// The ids of such a key, as views into it: the last takes what is left, and those that are not
// there are empty.
template <size_t kParts>
std::array<std::string_view, kParts> SplitKey(std::string_view key) {
  std::array<std::string_view, kParts> parts;
  for (size_t i = 0; i + 1 < kParts; ++i) {
    const size_t slash = key.find('/');
    parts[i] = key.substr(0, slash);
    key = slash == std::string_view::npos ? std::string_view() : key.substr(slash + 1);
  }
  parts[kParts - 1] = key;
  return parts;
}

}  // namespace throughline::core
