#include "throughline/formatting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace throughline {

namespace {

std::string Spaced(std::string_view text) {
  std::string spaced;
  for (const char c : text) {
    spaced +=
        c == '_' || c == '-' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return spaced;
}

}  // namespace

std::string Counted(int64_t count) {
  std::string digits = std::to_string(count);
  const auto first = static_cast<std::ptrdiff_t>(count < 0 ? 1 : 0);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string Counted(int64_t count, std::string_view noun) {
  std::string text = Counted(count) + ' ' + std::string(noun);
  if (count == 1) return text;
  return text + (noun.ends_with('s') ? "es" : "s");
}

std::string Decimal(double value, int places) {
  std::string text = fmt::format("{:.{}f}", value, places);
  // Nothing is worse than minus nothing.
  const bool zero = text.find_first_not_of("-0.") == std::string::npos;
  return zero && text.front() == '-' ? text.substr(1) : text;
}

std::string Percent(double share) { return Decimal(100 * share, 1) + " %"; }

std::string SchoolCell(const std::string& school) { return school.empty() ? "(district)" : school; }

std::string TeamCell(const std::string& school, const std::string& team) {
  return team.empty() && !school.empty() ? "(school)" : team;
}

std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

int ValueOf(const google::protobuf::EnumDescriptor& type, std::string_view word) {
  for (int i = 0; i < type.value_count(); ++i) {
    const int value = type.value(i)->number();
    if (value != 0 && WordOf(type, value) == Spaced(word)) return value;
  }
  return 0;
}

std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() == 0) continue;
    std::string word = WordOf(type, type.value(i)->number());
    std::replace(word.begin(), word.end(), ' ', '-');
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace throughline
