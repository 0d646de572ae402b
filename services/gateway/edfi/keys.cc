#include "gateway/edfi/keys.h"

#include "core/ids.h"
#include "gateway/edfi/scores.h"

namespace throughline::gateway::edfi {

namespace {

using Bits = unsigned __int128;

constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";  // of core::DerivedId
constexpr std::string_view kHex = "0123456789abcdef";
constexpr size_t kDerivedLength = 26;
constexpr size_t kHexLength = 32;

void Append(std::string& all, std::string_view part) {
  all += std::to_string(part.size());
  all += ':';
  all += part;
}

}  // namespace

std::string SourceIdOf(const StudentAssessmentKey& key) {
  std::string id = "studentAssessments/";
  Append(id, key.name_space);
  Append(id, key.assessment_identifier);
  Append(id, key.student_assessment_identifier);
  Append(id, key.student_unique_id);
  return id;
}

std::string ResourceIdOf(std::string_view hidden) {
  if (hidden.size() != kDerivedLength) return "";
  Bits bits = 0;
  for (char c : hidden) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return "";
    bits = bits << 5 | digit;
  }
  std::string hex(kHexLength, '0');
  for (size_t i = kHexLength; i-- > 0; bits >>= 4) hex[i] = kHex[static_cast<size_t>(bits & 15)];
  return hex;
}

std::optional<std::string> HiddenOf(std::string_view resource_id) {
  Bits bits = 0;
  size_t digits = 0;
  for (char c : LowerCase(resource_id)) {
    if (c == '-') continue;
    const size_t digit = kHex.find(c);
    if (digit == std::string_view::npos || ++digits > kHexLength) return std::nullopt;
    bits = bits << 4 | digit;
  }
  if (digits != kHexLength) return std::nullopt;
  std::string hidden(kDerivedLength, 'a');
  for (size_t i = kDerivedLength; i-- > 0; bits >>= 5) {
    hidden[i] = kDigits[static_cast<size_t>(bits & 31)];
  }
  return hidden;
}

std::string AssessmentIdOf(std::string_view name_space, std::string_view identifier,
                           std::string_view objective, std::string_view method) {
  return "edfi-" + core::DerivedId({"edfi.assessment", name_space, identifier, objective,
                                    std::string_view(LowerCase(method))});
}

std::string AssessmentResourceIdOf(std::string_view name_space, std::string_view identifier,
                                   std::string_view objective) {
  return ResourceIdOf(
      core::DerivedId({"edfi.assessment.resource", name_space, identifier, objective}));
}

}  // namespace throughline::gateway::edfi
