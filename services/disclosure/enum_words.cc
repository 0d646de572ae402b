#include "disclosure/enum_words.h"

#include <cctype>
#include <string_view>

namespace throughline::disclosure {

namespace {

// What the names of the type's values begin with: CYCLE_STATE_ of CycleState.
std::string PrefixOf(const google::protobuf::EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !prefix.empty()) prefix += '_';
    prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return prefix + '_';
}

}  // namespace

std::string WordOf(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* known = type.FindValueByNumber(value);
  if (known == nullptr) return std::to_string(value);
  std::string word = known->name();
  const std::string prefix = PrefixOf(type);
  if (word.starts_with(prefix)) word.erase(0, prefix.size());
  for (char& c : word) {
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

}  // namespace throughline::disclosure
