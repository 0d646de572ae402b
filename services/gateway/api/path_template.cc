#include "gateway/api/path_template.h"

#include <algorithm>

#include "core/utf8.h"
#include "platform/http/message.h"

namespace throughline::gateway {

namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kInNames =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";

bool IsOf(std::string_view characters, std::string_view text) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

// Cuts the first segment off `path`, which begins with a slash.
std::string_view CutSegment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

std::optional<std::string> DecodedText(std::string_view text) {
  auto decoded = platform::http::PercentDecode(text, false);
  if (decoded && !core::IsUtf8(*decoded)) return std::nullopt;
  return decoded;
}

std::optional<PathTemplate> PathTemplate::Of(std::string_view text) {
  PathTemplate made;
  const size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    made.verb_ = text.substr(colon + 1);
    if (!IsOf(kLetters, made.verb_)) return std::nullopt;
    text = text.substr(0, colon);
  }
  if (!text.starts_with('/')) return std::nullopt;
  while (!text.empty()) {
    std::string_view segment = CutSegment(text);
    const bool variable = segment.starts_with('{') && segment.ends_with('}');
    if (variable) segment = segment.substr(1, segment.size() - 2);
    if (!IsOf(kInNames, segment)) return std::nullopt;
    made.segments_.push_back({variable, std::string(segment)});
  }
  return made;
}

std::optional<std::vector<std::string_view>> PathTemplate::Match(std::string_view path) const {
  if (!verb_.empty()) {
    if (path.size() <= verb_.size() || !path.ends_with(verb_)) return std::nullopt;
    path.remove_suffix(verb_.size());
    if (!path.ends_with(':')) return std::nullopt;
    path.remove_suffix(1);
  }
  std::vector<std::string_view> captured;
  for (const Segment& segment : segments_) {
    if (!path.starts_with('/')) return std::nullopt;
    const std::string_view got = CutSegment(path);
    if (segment.variable ? got.empty() : got != segment.text) return std::nullopt;
    if (segment.variable) captured.push_back(got);
  }
  if (!path.empty()) return std::nullopt;
  return captured;
}

std::vector<std::string> PathTemplate::variables() const {
  std::vector<std::string> names;
  for (const Segment& segment : segments_) {
    if (segment.variable) names.push_back(segment.text);
  }
  return names;
}

std::string PathTemplate::Shape() const {
  std::string shape;
  for (const Segment& segment : segments_) shape += '/' + (segment.variable ? "{}" : segment.text);
  return verb_.empty() ? shape : shape + ':' + verb_;
}

bool PathTemplate::ComesBefore(const PathTemplate& other) const {
  if (verb_.empty() != other.verb_.empty()) return !verb_.empty();
  const auto literal_first = [](const Segment& a, const Segment& b) {
    return !a.variable && b.variable;
  };
  return std::lexicographical_compare(segments_.begin(), segments_.end(), other.segments_.begin(),
                                      other.segments_.end(), literal_first);
}

}  // namespace throughline::gateway
