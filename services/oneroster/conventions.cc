#include "oneroster/conventions.h"

#include <algorithm>
#include <set>

#include "core/ids.h"
#include "csv/text.h"
#include "oneroster/bundle_files.h"

namespace throughline::oneroster {
namespace {

constexpr std::pair<std::string_view, AssessmentKind> kKinds[] = {
    {"annual_summative", AssessmentKind::kAnnualSummative},
    {"trimester_screening", AssessmentKind::kTrimesterScreening},
    {"quarterly_interim", AssessmentKind::kQuarterlyInterim},
    {"monthly_formative", AssessmentKind::kMonthlyFormative},
    {"daily_check", AssessmentKind::kDailyCheck},
};

constexpr std::pair<std::string_view, AssessmentKind> kWords[] = {
    {"exam", AssessmentKind::kAnnualSummative},
    {"final", AssessmentKind::kAnnualSummative},
    {"summative", AssessmentKind::kAnnualSummative},
    {"state", AssessmentKind::kAnnualSummative},
    {"annual", AssessmentKind::kAnnualSummative},
    {"screen", AssessmentKind::kTrimesterScreening},
    {"benchmark", AssessmentKind::kTrimesterScreening},
    {"trimester", AssessmentKind::kTrimesterScreening},
    {"interim", AssessmentKind::kQuarterlyInterim},
    {"quarter", AssessmentKind::kQuarterlyInterim},
    {"midterm", AssessmentKind::kQuarterlyInterim},
    {"unit", AssessmentKind::kQuarterlyInterim},
    {"daily", AssessmentKind::kDailyCheck},
    {"check", AssessmentKind::kDailyCheck},
    {"exit", AssessmentKind::kDailyCheck},
    {"warm", AssessmentKind::kDailyCheck},
    {"homework", AssessmentKind::kDailyCheck},
    {"quiz", AssessmentKind::kDailyCheck},
};

constexpr std::string_view kGroup = "group.";
constexpr size_t kReadable = 40;
constexpr size_t kLongestName = 255;

std::string Readable(std::string_view text) {
  std::string id;
  for (unsigned char c : text.substr(0, kReadable)) {
    const bool plain = std::isalnum(c) != 0 && c < 0x80;
    id += plain || c == '.' || c == '_' || c == '-' || c == ':' ? static_cast<char>(c) : '-';
  }
  return id;
}

std::string Find(const Metadata& metadata, std::string_view name) {
  auto found = metadata.find(name);
  return found == metadata.end() ? "" : found->second;
}

// The value of a group: as an id, and without a colon, which parts dimension and value.
std::string GroupOf(std::string_view dimension, std::string_view value) {
  // Both may be as long as an id can be; the whole is one.
  return IdOf(IdOf(dimension) + ":" + IdOf(value));
}

// Where a word of `text` begins with `start`: "unit" is in "Unit test", not in "Community".
size_t FindWordStart(std::string_view text, std::string_view start) {
  size_t at = text.find(start);
  const auto in_word = [](unsigned char c) { return c >= 0x80 || std::isalpha(c) != 0; };
  while (at != std::string_view::npos && at > 0 && in_word(text[at - 1])) {
    at = text.find(start, at + 1);
  }
  return at;
}

}  // namespace

std::string_view KindName(AssessmentKind kind) {
  return std::find_if(std::begin(kKinds), std::end(kKinds),
                      [&](const auto& one) { return one.second == kind; })
      ->first;
}

std::optional<AssessmentKind> ParseKind(std::string_view text) {
  for (const auto& [name, kind] : kKinds) {
    if (csv::IsSameWord(name, text)) return kind;
  }
  return std::nullopt;
}

AssessmentKind KindOfCategory(std::string_view title) {
  const std::string lower = csv::Lowered(title);
  size_t first = std::string::npos;
  AssessmentKind found = AssessmentKind::kMonthlyFormative;
  for (const auto& [word, kind] : kWords) {
    const size_t at = FindWordStart(lower, word);
    if (at >= first) continue;
    first = at;
    found = kind;
  }
  return found;
}

std::string IdOf(std::string_view sourced_id) {
  if (core::IsId(sourced_id)) return std::string(sourced_id);
  return Readable(sourced_id) + "." + core::DerivedId({sourced_id}).substr(0, 16);
}

std::vector<std::string> GroupsOf(const User& user) {
  std::set<std::string> groups;
  for (const auto& [name, value] : user.metadata) {
    if (!std::string_view(name).starts_with(kGroup)) continue;
    groups.insert(GroupOf(std::string_view(name).substr(kGroup.size()), value));
  }
  return {groups.begin(), groups.end()};
}

std::vector<std::string> GroupsOf(const Demographics& demographics) {
  std::set<std::string> groups;
  if (!demographics.sex.empty()) groups.insert(GroupOf("sex", demographics.sex));
  for (const std::string& flag : demographics.flags) groups.insert(GroupOf(flag, "true"));
  return {groups.begin(), groups.end()};
}

std::string DisplayNameOf(const User& user) {
  const auto said = [](const std::string& preferred, const std::string& other) {
    const std::string_view first = csv::Trimmed(preferred);
    return first.empty() ? csv::Trimmed(other) : first;
  };
  std::string name(said(user.preferred_given_name, user.given_name));
  const std::string_view family = said(user.preferred_family_name, user.family_name);
  if (!name.empty() && !family.empty()) name += ' ';
  name += family;
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::replace_if(name.begin(), name.end(), is_control, ' ');
  return std::string(csv::Utf8Prefix(name, kLongestName));
}

std::vector<std::string> DemographicDimensions() {
  std::vector<std::string> dimensions;
  for (std::string_view column : SpecOf(BundleFile::kDemographics).written) {
    const bool about_the_row =
        column == "sourcedId" || column == "status" || column == "dateLastModified";
    if (!about_the_row) dimensions.push_back(IdOf(column));
  }
  return dimensions;
}

std::string TeamOf(const ClassRow& row) {
  const std::string team = Find(row.metadata, "team");
  if (!team.empty()) return IdOf(team);
  return row.course.empty() ? "all" : IdOf(row.course);
}

std::vector<std::string> IndicatorsOf(const LineItem& line_item) {
  std::vector<std::string> indicators;
  std::string text = Find(line_item.metadata, "indicator");
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(';', begin), text.size());
    const std::string one = text.substr(begin, end - begin);
    if (!one.empty() &&
        std::find(indicators.begin(), indicators.end(), IdOf(one)) == indicators.end()) {
      indicators.push_back(IdOf(one));
    }
    begin = end + 1;
  }
  return indicators;
}

std::string AssessmentIdOf(const LineItem& line_item) {
  const std::string named = Find(line_item.metadata, "assessment");
  if (!named.empty()) return IdOf(named);
  const std::string digest =
      core::DerivedId({line_item.title, line_item.category, line_item.session}).substr(0, 10);
  const std::string readable =
      Readable(line_item.title).substr(0, 24) + "-" + Readable(line_item.session).substr(0, 24);
  return readable + "-" + digest;
}

}  // namespace throughline::oneroster
