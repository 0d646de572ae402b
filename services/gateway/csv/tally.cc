#include "gateway/csv/tally.h"

#include <algorithm>

namespace throughline::gateway::csv {

namespace {

constexpr size_t kNamesAtMost = 1'000;
constexpr size_t kLinesAtMost = 5;
constexpr int64_t kSampleAtMost = 10;
constexpr int64_t kReplacementsAtMost = 100;

void Count(const std::string& name, Preview::Names& names) {
  if (name.empty()) return;
  const auto found = names.find(name);
  if (found != names.end()) {
    ++found->second;
  } else if (names.size() < kNamesAtMost) {
    names.emplace(name, 1);
  }
}

Json Shown(int64_t line, const evidence::v1::Result& result) {
  Json shown = {{"line", line}, {"student", result.student()}, {"date", result.date()}};
  const std::pair<const char*, const std::string*> texts[] = {
      {"assessment", &result.assessment()},   {"line_item", &result.line_item()},
      {"class", &result.class_id()},          {"school", &result.school()},
      {"score", &result.score_text()},        {"scale_min", &result.scale_min_text()},
      {"scale_max", &result.scale_max_text()}};
  for (const auto& kept : result.kept()) shown["kept"].push_back(kept.value());
  for (const auto& [name, text] : texts) {
    if (!text->empty()) shown[name] = *text;
  }
  if (!result.hide_source_id()) shown["source_id"] = result.source_id();
  return shown;
}

// 413 for a limit, else 400.
int StatusOf(const core::Error* ended) {
  constexpr std::string_view kLimits[] = {"FIELD_TOO_WIDE", "ROW_TOO_WIDE", "TOO_MANY_COLUMNS",
                                          "TOO_MANY_ROWS", "BODY_TOO_LARGE"};
  if (ended == nullptr) return 200;
  return std::find(std::begin(kLimits), std::end(kLimits), ended->reason) != std::end(kLimits)
             ? 413
             : 400;
}

}  // namespace

void Tally::Add(const Row& row, const ItemOutcome& outcome) {
  if (row.part == 0) ++rows_;
  ++results_;
  const std::string name(row.ignored ? "ignored" : gateway::NameOf(outcome));
  ++outcomes_[name];
  if (named_.size() >= kRowsNamedAtMost) return;
  Json named = row.ignored ? Json{{"outcome", name}} : ItemJson(0, outcome);
  named.erase("index");
  named["line"] = row.line;
  if (row.part > 0) named["result"] = row.part + 1;
  if (row.replaces_line > 0) named["replaces_line"] = row.replaces_line;
  named_.push_back(std::move(named));
}

Answer Tally::ToAnswer(int64_t filtered, const core::Error* ended) const {
  Json body = {{"rows", rows_},
               {"filtered", filtered},
               {"outcomes", outcomes_},
               {"named", named_},
               {"all_named", static_cast<size_t>(results_) == named_.size()}};
  if (ended != nullptr) body["ended"] = ErrorJson(*ended);
  return {.status = StatusOf(ended), .body = Written(body)};
}

void Preview::Note(Fault& fault, int64_t line) {
  ++fault.rows;
  if (fault.lines.size() < kLinesAtMost) fault.lines.push_back(line);
}

void Preview::Add(const Row& row) {
  if (row.part == 0) ++rows_;
  if (row.ignored) return Note(ignored_, row.line);
  if (!row.result) {
    const core::Error& error = row.result.error();
    Fault& fault = faults_[{error.reason, error.field}];
    fault.message = error.message;
    return Note(fault, row.line);
  }
  if (row.replaces_line > 0 && replacing_++ < kReplacementsAtMost) {
    replacements_.push_back({{"line", row.line}, {"replaces_line", row.replaces_line}});
  }
  const evidence::v1::Result& result = *row.result;
  if (results_++ < kSampleAtMost) sample_.push_back(Shown(row.line, result));
  if (!result.has_score()) ++unscored_;
  Count(result.assessment(), assessments_);
  Count(result.line_item(), line_items_);
  Count(result.class_id(), classes_);
  Count(result.school(), schools_);
  // ISO days are in order as texts are.
  if (first_day_.empty() || result.date() < first_day_) first_day_ = result.date();
  last_day_ = std::max(last_day_, result.date());
}

Answer Preview::ToAnswer(int64_t filtered, const core::Error* ended) const {
  Json faults = Json::array();
  for (const auto& [what, fault] : faults_) {
    faults.push_back({{"reason", what.first},
                      {"field", what.second},
                      {"message", fault.message},
                      {"rows", fault.rows},
                      {"first_lines", fault.lines}});
  }
  Json body = {{"rows", rows_},
               {"results", results_},
               {"without_a_score", unscored_},
               {"filtered", filtered},
               {"ignored", {{"rows", ignored_.rows}, {"first_lines", ignored_.lines}}},
               {"replacing", {{"rows", replacing_}, {"first", replacements_}}},
               {"rejected", faults},
               {"sample", sample_},
               {"names",
                {{"assessments", assessments_},
                 {"line_items", line_items_},
                 {"classes", classes_},
                 {"schools", schools_}}}};
  if (!first_day_.empty()) body["days"] = {{"first", first_day_}, {"last", last_day_}};
  if (ended != nullptr) body["ended"] = ErrorJson(*ended);
  return {.status = StatusOf(ended), .body = Written(body)};
}

core::Result<void> TryOut(Results& results, Preview& preview) {
  while (true) {
    auto row = results.Next();
    if (!row) return core::Refuse(row.error());
    if (!*row) return {};
    preview.Add(**row);
  }
}

}  // namespace throughline::gateway::csv
