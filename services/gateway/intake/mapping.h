// What a district declares of a vendor's file: which column is which field of a result, and how
// the vendor writes. As JSON:
//
//   {"source": "iready",
//    "columns": {"student": "Student ID", "score": "Points", "date": "Taken", "class": 4},
//    "constants": {"assessment": "fall-reading"},
//    "scale": {"min": "0", "max": "40"},
//    "scales": {"fall-reading": "iready-reading", "winter-reading": "iready-reading"},
//    "score_status": {"abs": "not submitted", "ok": "fully graded"},
//    "no_score": ["-", "n/a"],
//    "title_lines": 2, "header": true, "delimiter": ";", "encoding": "windows-1252",
//    "decimal": ",", "thousands": ".", "levels": true,
//    "date_format": "MM.YYYY", "day": 15, "dates": {"BOY": "2025-09-15"},
//    "only": {"Subject": ["Reading"]}, "except": {"Status": ["Voided"]}}
//
// A column is said by its name in the row of names, or by its number from 1, which is the only way
// when there is no such row (`header` false). That row is the first of the first 20 which has all
// the names, or the one behind `title_lines`. The fields: source_id, student, assessment,
// line_item, class, school, score, score_status, date, modified_at, scale_min, scale_max, level.
// student, date, and assessment or line_item must be said. Without a source_id a result is known by
// its student, assessment or line item, class and date: one a day. `scale` is short for two
// constants.
//
// `scales` names the scale that an assessment of the district is on, where it names none itself:
// those of one scale, with the same ends, can be compared.
//
// A row without a score is no result, unless it has a status or a level, or the mapping says what
// stands where there is no score: then it is `not submitted`. `no_score` may have "" for a blank. A
// level is kept with the result, and never counted; with `levels`, so is what stands for a score
// and is no number ("<400", "B"). `85%` is 85 on a scale to 100, where no other is said.
// `thousands` may be a comma, point, space or apostrophe. A day is found under `dates`, else read
// by the format; one without a day of the month is on the `day`.
//
// A row may have several results: "results": [{"columns": ..., "constants": ..., "scale": ...},
// ...] says of each what is its own, beside what is said for all. Rows are left out by the words in
// a column: all but those of `only`, and those of `except`.
//
// "widths": [9, 20, 4] makes it a file without delimiters: so many characters are a column.
//
// Left out: a row with names, commas, UTF-8, a decimal point, YYYY-MM-DD. Values; pure.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "gateway/intake/date_format.h"
#include "gateway/intake/encoding.h"
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
  kLevel,
};
inline constexpr std::array<std::string_view, 13> kFieldNames = {
    "source_id",    "student", "assessment",  "line_item", "class",     "school", "score",
    "score_status", "date",    "modified_at", "scale_min", "scale_max", "level"};

inline std::string_view NameOf(Field field) { return kFieldNames[static_cast<size_t>(field)]; }

// Where a field's text is found.
struct Place {
  std::string column = {};    // its name, when it is found by name
  size_t number = 0;          // from 1; 0: by name
  std::string constant = {};  // when neither: the same in every row
};

using Places = std::map<Field, Place>;

// Rows that count: those with one of the words in the column, or all but those.
struct Filter {
  Place place;
  std::set<std::string> words;
  bool only = true;
};

struct Mapping {
  std::string source;
  Places places;                // of every result
  std::vector<Places> results;  // of each result of a row, with those of every result; never empty
  std::vector<Filter> filters;
  std::map<std::string, evidence::v1::ScoreStatus> statuses;  // by the vendor's word
  std::set<std::string> no_score;  // what stands where there is said to be no score
  std::optional<size_t> title_lines;
  std::vector<size_t> widths;  // of columns, in characters; empty: there is a delimiter
  bool levels = false;         // what stands for a score and is no number is kept
  char thousands = 0;          // 0: there is no separator
  std::map<std::string, std::string> dates;   // days, by the vendor's word
  std::map<std::string, std::string> scales;  // names of scales, by assessment
  bool header = true;
  char delimiter = ',';
  Encoding encoding = Encoding::kUtf8;
  char decimal = '.';
  DateFormat date_format;
};

// MAPPING_INVALID, FIELD_UNKNOWN, FIELD_UNMAPPED or SCALE_INVALID, with the field.
core::Result<Mapping> ReadMapping(const Json& declared);

}  // namespace throughline::gateway::csv
