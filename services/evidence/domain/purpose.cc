#include "evidence/domain/purpose.h"

#include <string>

#include "core/folded_text.h"

namespace throughline::evidence {

namespace {

// Of a folded text. Whatever is not ASCII ends a word, as quotes and dashes do: it is better to
// refuse a harmless purpose than to keep a name for good.
bool IsOfWord(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

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

bool NamesStudent(std::string_view text, std::string_view student, std::string_view display_name) {
  const std::string folded = core::Folded(text);
  return HasWord(folded, core::Folded(student)) || HasWord(folded, core::Folded(display_name));
}

}  // namespace throughline::evidence
