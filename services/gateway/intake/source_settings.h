// What a district declares of a source system that pushes through an endpoint: its name, its days,
// and how its names of students, assessments and classes become the district's. As JSON:
//
//   {"source": "canvas", "time_zone": "America/Chicago",
//    "students": ["https://sis.example.edu/users/"], "assessments": [...], "classes": [...],
//    "assessments_are": "line_items", "verbs": ["http://adlnet.gov/expapi/verbs/scored"]}
//
// All but `source` may be left out. Values; pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "gateway/json/json_reader.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway {

// A declared beginning is taken off a name, the longest that fits; a name without one is whole.
class Prefixes {
 public:
  Prefixes() = default;
  explicit Prefixes(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  bool Empty() const { return texts_.empty(); }
  // Whether one of them begins the name, and something is behind it.
  bool Fits(std::string_view name) const { return Longest(name) > 0; }
  std::string Strip(std::string_view name) const { return std::string(name.substr(Longest(name))); }

 private:
  size_t Longest(std::string_view name) const;

  std::vector<std::string> texts_;
};

struct SourceSettings {
  std::string source;     // an id; with a result's source_id its identity
  std::string time_zone;  // IANA: on which day an instant is; empty: the district's
  Prefixes students;
  Prefixes assessments;
  Prefixes classes;
  // What the source grades is a column of one class's gradebook, which says assessment and class;
  // else it is an assessment of the district.
  bool assessments_are_line_items = false;
  std::vector<std::string> verbs;  // of xAPI, whose scores are results; empty: the usual ones
};

// SETTINGS_INVALID, with the field.
core::Result<SourceSettings> ReadSourceSettings(const Json& declared);

// Students are known by the SIS's id, whole.
void SetStudent(std::string_view name, const SourceSettings& settings,
                evidence::v1::Result& result);
// Assessment or line item.
void SetAssessment(std::string_view name, const SourceSettings& settings,
                   evidence::v1::Result& result);
void SetClass(std::string_view name, const SourceSettings& settings, evidence::v1::Result& result);
// The day of an instant where the source is.
void SetDay(core::Instant instant, const SourceSettings& settings, evidence::v1::Result& result);

}  // namespace throughline::gateway
