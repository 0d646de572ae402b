// What a district declares of a vendor's file: which column is which field of a result, and how
// the vendor writes. As JSON:
//
//   {"source": "iready",
//    "columns": {"student": "Student ID", "score": "Points", "date": "Taken", "class": 4},
//    "constants": {"assessment": "fall-reading"},
//    "scale": {"min": "0", "max": "40"},
//    "score_status": {"abs": "not submitted", "ok": "fully graded"},
//    "no_score": ["-", "n/a"],
//    "header": true, "delimiter": ";", "encoding": "windows-1252", "decimal": ",",
//    "date_format": "DD.MM.YYYY"}
//
// A column is said by its name in the first row, or by its number from 1, which is the only way
// when there is no such row (`header` false). The fields: source_id, student, assessment,
// line_item, class, school, score, score_status, date, modified_at, scale_min, scale_max. student,
// date, and assessment or line_item must be said. Without a source_id a result is known by its
// student, assessment or line item, class and date: one a day. `scale` is short for two constants.
// Left out: a first row with names, commas, UTF-8, a decimal point, YYYY-MM-DD.
//
// Values; pure.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/csv/date_format.h"
#include "gateway/csv/encoding.h"
#include "gateway/json/json_reader.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway::csv {

enum class Field {
  kSourceId,
  kStudent,
  kAssessment,
  kLineItem,
  kClass,
  kSchool,
  kScore,
  kScoreStatus,
  kDate,
  kModifiedAt,
  kScaleMin,
  kScaleMax,
};
inline constexpr std::array<std::string_view, 12> kFieldNames = {
    "source_id", "student",      "assessment", "line_item",   "class",     "school",
    "score",     "score_status", "date",       "modified_at", "scale_min", "scale_max"};

inline std::string_view NameOf(Field field) { return kFieldNames[static_cast<size_t>(field)]; }

// Where a field's text is found.
struct Place {
  std::string column = {};    // its name, when it is found by name
  size_t number = 0;          // from 1; 0: by name
  std::string constant = {};  // when neither: the same in every row
};

struct Mapping {
  std::string source;
  std::map<Field, Place> places;
  std::map<std::string, evidence::v1::ScoreStatus> statuses;  // by the vendor's word
  std::set<std::string> no_score;  // what stands where there is no score; "" always does
  bool header = true;
  char delimiter = ',';
  Encoding encoding = Encoding::kUtf8;
  char decimal = '.';
  DateFormat date_format;
};

// MAPPING_INVALID, FIELD_UNKNOWN, FIELD_UNMAPPED or SCALE_INVALID, with the field.
core::Result<Mapping> ReadMapping(const Json& declared);

}  // namespace throughline::gateway::csv
