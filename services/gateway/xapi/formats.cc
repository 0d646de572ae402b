#include "gateway/xapi/formats.h"

#include <algorithm>
#include <set>
#include <vector>

#include "gateway/intake/score.h"

namespace throughline::gateway::xapi {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlphanumeric(char c) { return IsDigit(c) || IsLetter(c); }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool AllOf(std::string_view text, bool (*fits)(char)) {
  return std::all_of(text.begin(), text.end(), fits);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The subtags of a language tag, from the front.
class Subtags {
 public:
  explicit Subtags(std::vector<std::string_view> all) : all_(std::move(all)) {}

  bool done() const { return at_ == all_.size(); }
  std::string_view next() const { return done() ? std::string_view() : all_[at_]; }
  // Takes it when it is of these lengths and characters.
  bool Take(size_t least, size_t most, bool (*fits)(char)) {
    const bool takes =
        !done() && next().size() >= least && next().size() <= most && AllOf(next(), fits);
    at_ += takes;
    return takes;
  }
  bool TakeVariant() {
    return Take(5, 8, IsAlphanumeric) || (IsDigit(next().front()) && Take(4, 4, IsAlphanumeric));
  }

 private:
  std::vector<std::string_view> all_;
  size_t at_ = 0;
};

// Behind a singleton; of private use (x) all that is left.
bool TakeExtension(Subtags& tags, std::set<char>& singletons) {
  const auto singleton = static_cast<char>(tags.next().front() | 0x20);
  if (!tags.Take(1, 1, IsAlphanumeric) || !singletons.insert(singleton).second) return false;
  const size_t least = singleton == 'x' ? 1 : 2;
  if (!tags.Take(least, 8, IsAlphanumeric)) return false;
  while (tags.Take(least, 8, IsAlphanumeric)) continue;
  return true;
}

// Digits with the letter behind them; `fraction` says that there was one.
bool TakeNumber(std::string_view& text, char letter, bool& fraction) {
  size_t at = 0;
  while (at < text.size() && IsDigit(text[at])) ++at;
  if (at == 0) return false;
  bool now = false;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    const size_t from = ++at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    if (at == from) return false;
    now = true;
  }
  if (at == text.size() || text[at] != letter || fraction) return false;
  fraction = now;
  text.remove_prefix(at + 1);
  return true;
}

// As many of the letters as there are, in their order; false when there is none.
bool TakeNumbers(std::string_view& text, std::string_view letters, bool& fraction) {
  bool any = false;
  for (const char letter : letters) any |= TakeNumber(text, letter, fraction);
  return any;
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHexDigit(text[i])) return false;
  }
  return true;
}

bool IsHex(std::string_view text, size_t digits) {
  return text.size() == digits && AllOf(text, IsHexDigit);
}

bool IsSupportedVersion(std::string_view version) {
  const std::string_view minor = version.substr(0, 3);
  if (minor != "1.0" && minor != "2.0") return false;
  const std::string_view patch = version.substr(3);
  return patch.empty() || (patch.size() > 1 && patch[0] == '.' && AllOf(patch.substr(1), IsDigit));
}

bool IsIri(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto in_scheme = [](char c) {
    return IsAlphanumeric(c) || c == '+' || c == '-' || c == '.';
  };
  return IsLetter(text[0]) && std::all_of(text.begin(), text.begin() + colon, in_scheme) &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

bool IsLanguageTag(std::string_view text) {
  Subtags tags(Split(text, '-'));
  std::set<char> singletons;
  if (tags.next() == "x" || tags.next() == "X")
    return TakeExtension(tags, singletons) && tags.done();
  if (tags.Take(1, 1, [](char c) { return c == 'i' || c == 'I'; })) {
    return tags.Take(3, 8, IsAlphanumeric) && tags.done();  // one of those that are older than it
  }
  if (tags.Take(2, 3, IsLetter)) {
    for (int i = 0; i < 3 && tags.Take(3, 3, IsLetter); ++i) continue;  // an extended language
  } else if (!tags.Take(4, 8, IsLetter)) {
    return false;
  }
  tags.Take(4, 4, IsLetter);                                 // the script
  if (!tags.Take(2, 2, IsLetter)) tags.Take(3, 3, IsDigit);  // the region
  while (!tags.done() && !tags.next().empty() && tags.TakeVariant()) continue;
  while (!tags.done()) {
    if (tags.next().empty() || !TakeExtension(tags, singletons)) return false;
  }
  return true;
}

bool IsDuration(std::string_view text) {
  if (!text.starts_with('P')) return false;
  text.remove_prefix(1);
  bool fraction = false;
  std::string_view weeks = text;
  if (TakeNumber(weeks, 'W', fraction)) return weeks.empty();
  fraction = false;
  const bool days = TakeNumbers(text, "YMD", fraction);
  if (text.empty()) return days;
  if (text[0] != 'T' || fraction) return false;
  text.remove_prefix(1);
  return TakeNumbers(text, "HMS", fraction) && text.empty();
}

bool IsMediaType(std::string_view text) {
  const std::string_view type = text.substr(0, text.find(';'));
  const auto parts = Split(type.substr(0, type.find_last_not_of(' ') + 1), '/');
  return parts.size() == 2 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
             return IsAlphanumeric(c) ||
                    std::string_view("!#$&-^_.+*").find(c) != std::string::npos;
           });
         });
}

std::optional<core::Instant> ReadTimestamp(std::string_view text) {
  for (const char* unknown : {"-00", "-0000", "-00:00"}) {
    // Not of a day alone.
    if (text.size() > 16 && text.ends_with(unknown)) return std::nullopt;
  }
  std::string instant(text);
  if (auto read = ReadInstant(instant)) return read;
  if (auto read = ReadInstant(instant + "Z")) return read;
  return ReadInstant(instant + ":00");  // an offset of whole hours
}

}  // namespace throughline::gateway::xapi
