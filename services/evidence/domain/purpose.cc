#include "evidence/domain/purpose.h"

#include <algorithm>
#include <string>

#include "core/display_text.h"

namespace throughline::evidence {

namespace {

constexpr size_t kShortest = 10, kLongest = 500;  // characters
constexpr size_t kBytesAtMost = 4 * kLongest;

// Of UTF-8.
size_t CharactersOf(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsOfWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

// `word` stands in the text, and no word goes on where it begins or ends.
bool HasWord(const std::string& text, const std::string& word) {
  if (word.empty()) return false;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool begins = at == 0 || !IsOfWord(text[at - 1]) || !IsOfWord(word.front());
    const bool ends = end == text.size() || !IsOfWord(text[end]) || !IsOfWord(word.back());
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

std::optional<core::Error> CheckPurpose(std::string_view text, std::string_view field,
                                        const core::Error& missing) {
  if (auto error = core::CheckDisplayText(text, field, kBytesAtMost)) return error;
  const size_t characters = CharactersOf(text);
  if (characters < kShortest || characters > kLongest) return missing;
  return std::nullopt;
}

bool NamesStudent(std::string_view text, std::string_view student, std::string_view display_name) {
  const std::string lower = Lower(text);
  return HasWord(lower, Lower(student)) || HasWord(lower, Lower(display_name));
}

}  // namespace throughline::evidence
