#include "gateway/intake/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/decimal.h"
#include "core/display_text.h"
#include "core/ids.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"

namespace throughline::gateway::csv {

namespace {

constexpr size_t kTextBytesAtMost = 200;
constexpr size_t kWordsAtMost = 100;
constexpr size_t kColumnsAtMost = 10'000;
constexpr size_t kResultsAtMost = 50;  // of a row
constexpr size_t kTitleLinesAtMost = 1'000;
constexpr size_t kWidthAtMost = 4'096;

std::optional<Field> FieldOf(std::string_view name) {
  const auto found = std::find(kFieldNames.begin(), kFieldNames.end(), name);
  if (found == kFieldNames.end()) return std::nullopt;
  return static_cast<Field>(found - kFieldNames.begin());
}

bool IsText(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return !text.empty() && text.size() <= kTextBytesAtMost;
}

// The object under a name; an empty one when there is none.
core::Result<Json> ObjectOf(const Json& declared, std::string_view name) {
  const Json* member = Member(declared, name);
  if (member == nullptr) return Json::object();
  if (!member->is_object() || member->size() > kWordsAtMost) {
    return core::Refuse(MappingInvalid(name, "an object of 100 members at most"));
  }
  return *member;
}

core::Error ColumnUnclear(const std::string& where, bool header) {
  return MappingInvalid(where, header ? "the name of a column or its number from 1"
                                      : "the number of a column from 1");
}

// By its name, or its number.
core::Result<Place> ReadColumn(const Json& column, const std::string& where, bool header) {
  Place place;
  if (IsText(column) && header) {
    place.column = column.get<std::string>();
    return place;
  }
  const bool number = column.is_number_unsigned() && column.get<uint64_t>() >= 1 &&
                      column.get<uint64_t>() <= kColumnsAtMost;
  if (!number) return core::Refuse(ColumnUnclear(where, header));
  place.number = column.get<size_t>();
  return place;
}

// `where` is what the object is called, with a point behind it; empty for the whole mapping.
core::Result<void> ReadColumns(const Json& declared, const std::string& where, bool header,
                               Places& places) {
  auto columns = ObjectOf(declared, "columns");
  if (!columns) return core::Refuse(columns.error());
  for (const auto& [name, column] : columns->items()) {
    const std::string which = fmt::format("{}columns.{}", where, name);
    const auto field = FieldOf(name);
    if (!field) return core::Refuse(FieldUnknown(which));
    auto place = ReadColumn(column, which, header);
    if (!place) return core::Refuse(place.error());
    places[*field] = *std::move(place);
  }
  return {};
}

core::Result<void> AddConstant(const std::string& where, Field field, const std::string& text,
                               Places& places) {
  if (!places.emplace(field, Place{.constant = text}).second) {
    return core::Refuse(MappingInvalid(where, "said once: there is a column of it"));
  }
  return {};
}

core::Result<void> ReadConstants(const Json& declared, const std::string& where, Places& places) {
  auto constants = ObjectOf(declared, "constants");
  if (!constants) return core::Refuse(constants.error());
  for (const auto& [name, text] : constants->items()) {
    const std::string which = fmt::format("{}constants.{}", where, name);
    const auto field = FieldOf(name);
    if (!field) return core::Refuse(FieldUnknown(which));
    if (!IsText(text)) return core::Refuse(MappingInvalid(which, "a text"));
    auto added = AddConstant(which, *field, text.get<std::string>(), places);
    if (!added) return added;
  }
  return {};
}

core::Result<void> ReadScale(const Json& declared, const std::string& where, Places& places) {
  const std::string which = where + "scale";
  const Json* scale = Member(declared, "scale");
  if (scale == nullptr) return {};
  const Json *min = Member(*scale, "min"), *max = Member(*scale, "max");
  if (min == nullptr || max == nullptr || scale->size() != 2) {
    return core::Refuse(MappingInvalid(which, "an object of min and max"));
  }
  const auto lowest = core::Decimal::Parse(DecimalText(*min).value_or(""));
  const auto highest = core::Decimal::Parse(DecimalText(*max).value_or(""));
  if (!lowest || !highest || *highest <= *lowest) return core::Refuse(ScaleInvalid(which));
  auto added = AddConstant(which, Field::kScaleMin, *DecimalText(*min), places);
  return added ? AddConstant(which, Field::kScaleMax, *DecimalText(*max), places) : added;
}

core::Result<void> ReadPlaces(const Json& declared, const std::string& where, bool header,
                              Places& places) {
  auto read = ReadColumns(declared, where, header, places);
  if (read) read = ReadConstants(declared, where, places);
  return read ? ReadScale(declared, where, places) : read;
}

core::Result<void> ReadScales(const Json& declared, Mapping& mapping) {
  auto scales = ObjectOf(declared, "scales");
  if (!scales) return core::Refuse(scales.error());
  for (const auto& [assessment, scale] : scales->items()) {
    const std::string which = "scales." + assessment;
    if (!core::IsId(assessment) || !IsText(scale)) {
      return core::Refuse(MappingInvalid(which, "the name of a scale under an assessment's id"));
    }
    if (core::CheckDisplayText(scale.get<std::string>(), which, kTextBytesAtMost)) {
      return core::Refuse(MappingInvalid(which, "a name without characters that are not seen"));
    }
    mapping.scales[assessment] = scale.get<std::string>();
  }
  return {};
}

core::Result<void> ReadShared(const Json& declared, Mapping& mapping) {
  return ReadPlaces(declared, "", mapping.header, mapping.places);
}

// Each result of a row: what is its own, and what is said for all and not by it.
core::Result<void> ReadResults(const Json& declared, Mapping& mapping) {
  const Json* results = Member(declared, "results");
  if (results == nullptr) {
    mapping.results = {mapping.places};
    return {};
  }
  if (!results->is_array() || results->empty() || results->size() > kResultsAtMost) {
    return core::Refuse(MappingInvalid("results", "a list of 1 to 50 objects"));
  }
  for (size_t i = 0; i < results->size(); ++i) {
    const Json& one = (*results)[i];
    const std::string where = "results[" + std::to_string(i) + "].";
    if (!one.is_object()) return core::Refuse(MappingInvalid("results", "a list of objects"));
    for (const auto& [name, value] : one.items()) {
      if (name != "columns" && name != "constants" && name != "scale") {
        return core::Refuse(FieldUnknown(where + name));
      }
    }
    Places places;
    if (auto read = ReadPlaces(one, where, mapping.header, places); !read) return read;
    places.insert(mapping.places.begin(), mapping.places.end());
    mapping.results.push_back(std::move(places));
  }
  return {};
}

core::Result<void> ReadFilters(const Json& declared, Mapping& mapping) {
  for (const char* name : {"only", "except"}) {
    auto columns = ObjectOf(declared, name);
    if (!columns) return core::Refuse(columns.error());
    for (const auto& [column, words] : columns->items()) {
      const std::string where = std::string(name) + "." + column;
      size_t number = 0;
      const auto read = std::from_chars(column.data(), column.data() + column.size(), number);
      const bool is_number = read.ec == std::errc() && read.ptr == column.data() + column.size();
      auto place = ReadColumn(is_number ? Json(number) : Json(column), where, mapping.header);
      if (!place) return core::Refuse(place.error());
      Filter filter{.place = *std::move(place), .words = {}, .only = *name == 'o'};
      const bool fits = words.is_array() && !words.empty() && words.size() <= kWordsAtMost &&
                        std::all_of(words.begin(), words.end(),
                                    [](const Json& word) { return word.is_string(); });
      if (!fits) return core::Refuse(MappingInvalid(where, "a list of 1 to 100 texts"));
      for (const Json& word : words) filter.words.insert(word.get<std::string>());
      mapping.filters.push_back(std::move(filter));
    }
  }
  return {};
}

core::Result<void> ReadWords(const Json& declared, Mapping& mapping) {
  auto words = ObjectOf(declared, "score_status");
  if (!words) return core::Refuse(words.error());
  for (const auto& [word, meaning] : words->items()) {
    const auto status =
        meaning.is_string() ? ParseScoreStatus(meaning.get<std::string>()) : std::nullopt;
    if (!status) {
      return core::Refuse(MappingInvalid("score_status." + word,
                                         "fully graded, partially graded, submitted, not "
                                         "submitted or exempt"));
    }
    mapping.statuses[word] = *status;
  }
  const Json* none = Member(declared, "no_score");
  if (none == nullptr) return {};
  const bool fits =
      none->is_array() && none->size() <= kWordsAtMost &&
      std::all_of(none->begin(), none->end(), [](const Json& word) { return word.is_string(); });
  if (!fits) return core::Refuse(MappingInvalid("no_score", "a list of 100 texts at most"));
  for (const Json& word : *none) mapping.no_score.insert(word.get<std::string>());
  return {};
}

// Absent: as it was.
core::Result<void> ReadFlag(const Json& declared, std::string_view name, bool& flag) {
  const Json* member = Member(declared, name);
  if (member == nullptr) return {};
  if (!member->is_boolean()) return core::Refuse(MappingInvalid(name, "true or false"));
  flag = member->get<bool>();
  return {};
}

// How the file is laid out.
core::Result<void> ReadLayout(const Json& declared, Mapping& mapping) {
  auto read = ReadFlag(declared, "header", mapping.header);
  if (read) read = ReadFlag(declared, "levels", mapping.levels);
  if (!read) return read;
  if (const Json* lines = Member(declared, "title_lines")) {
    if (!lines->is_number_unsigned() || lines->get<uint64_t>() > kTitleLinesAtMost) {
      return core::Refuse(MappingInvalid("title_lines", "a number up to 1000"));
    }
    mapping.title_lines = lines->get<size_t>();
  }
  const Json* widths = Member(declared, "widths");
  if (widths == nullptr) return {};
  const auto fits = [](const Json& width) {
    return width.is_number_unsigned() && width.get<uint64_t>() >= 1 &&
           width.get<uint64_t>() <= kWidthAtMost;
  };
  if (!widths->is_array() || widths->empty() || widths->size() > kColumnsAtMost ||
      !std::all_of(widths->begin(), widths->end(), fits)) {
    return core::Refuse(MappingInvalid("widths", "a list of numbers of characters, 1 to 4096"));
  }
  for (const Json& width : *widths) mapping.widths.push_back(width.get<size_t>());
  return {};
}

// A text that may be left out; empty when it is something else.
std::string TextOr(const Json& declared, std::string_view name, std::string_view otherwise) {
  if (Member(declared, name) == nullptr) return std::string(otherwise);
  return Text(declared, name).value_or("");
}

core::Result<void> ReadNumbers(const Json& declared, Mapping& mapping) {
  const std::string decimal = TextOr(declared, "decimal", ".");
  if (decimal != "." && decimal != ",") {
    return core::Refuse(MappingInvalid("decimal", "a point or a comma"));
  }
  mapping.decimal = decimal[0];
  if (Member(declared, "thousands") == nullptr) return {};
  const std::string thousands = TextOr(declared, "thousands", "");
  if (thousands.size() != 1 || std::string_view(",. '").find(thousands[0]) == std::string::npos ||
      thousands == decimal) {
    return core::Refuse(MappingInvalid(
        "thousands", "a comma, point, space or apostrophe, and another one than the decimal"));
  }
  mapping.thousands = thousands[0];
  return {};
}

core::Result<void> ReadDays(const Json& declared, Mapping& mapping) {
  int day = 0;
  if (const Json* said = Member(declared, "day")) {
    if (!said->is_number_unsigned() || said->get<uint64_t>() < 1 || said->get<uint64_t>() > 31) {
      return core::Refuse(MappingInvalid("day", "a day of the month, 1 to 31"));
    }
    day = said->get<int>();
  }
  const auto format = DateFormat::Parse(TextOr(declared, "date_format", "YYYY-MM-DD"), day);
  if (!format) {
    return core::Refuse(MappingInvalid(
        "date_format", "such as DD.MM.YYYY or M/D/YY, or MM/YYYY when `day` says the day"));
  }
  mapping.date_format = *format;
  auto dates = ObjectOf(declared, "dates");
  if (!dates) return core::Refuse(dates.error());
  for (const auto& [word, date] : dates->items()) {
    if (!date.is_string() || !core::ParseDate(date.get<std::string>())) {
      return core::Refuse(MappingInvalid("dates." + word, "a day such as 2025-09-15"));
    }
    mapping.dates[word] = date.get<std::string>();
  }
  return {};
}

// How the vendor writes.
core::Result<void> ReadWriting(const Json& declared, Mapping& mapping) {
  const std::string delimiter = TextOr(declared, "delimiter", ",");
  if (delimiter.size() != 1 || std::string_view(",;|\t:").find(delimiter[0]) == std::string::npos) {
    return core::Refuse(MappingInvalid("delimiter", "a comma, semicolon, colon, bar or tab"));
  }
  mapping.delimiter = delimiter[0];
  const std::string encoding = TextOr(declared, "encoding", "utf-8");
  if (encoding != "utf-8" && encoding != "windows-1252") {
    return core::Refuse(MappingInvalid("encoding", "utf-8 or windows-1252"));
  }
  mapping.encoding = encoding == "utf-8" ? Encoding::kUtf8 : Encoding::kWindows1252;
  auto read = ReadNumbers(declared, mapping);
  return read ? ReadDays(declared, mapping) : read;
}

core::Result<void> CheckComplete(const Places& places) {
  const auto said = [&](Field field) { return places.contains(field); };
  if (!said(Field::kStudent)) return core::Refuse(FieldUnmapped("student"));
  if (!said(Field::kDate)) return core::Refuse(FieldUnmapped("date"));
  if (!said(Field::kAssessment) && !said(Field::kLineItem)) {
    return core::Refuse(FieldUnmapped("assessment"));
  }
  if (said(Field::kScaleMin) != said(Field::kScaleMax)) {
    return core::Refuse(
        FieldUnmapped(said(Field::kScaleMin) ? std::string_view("scale_max") : "scale_min"));
  }
  return {};
}

}  // namespace

core::Result<Mapping> ReadMapping(const Json& declared) {
  constexpr std::string_view kMembers[] = {
      "source",    "columns",     "constants", "scale",       "scales",       "no_score", "header",
      "delimiter", "encoding",    "decimal",   "date_format", "score_status", "results",  "only",
      "except",    "title_lines", "widths",    "levels",      "thousands",    "day",      "dates"};
  if (!declared.is_object()) return core::Refuse(MappingInvalid("", "an object"));
  for (const auto& [name, value] : declared.items()) {
    if (std::find(std::begin(kMembers), std::end(kMembers), name) == std::end(kMembers)) {
      return core::Refuse(FieldUnknown(name));
    }
  }
  Mapping mapping;
  mapping.source = Text(declared, "source").value_or("");
  if (!core::IsId(mapping.source)) return core::Refuse(MappingInvalid("source", "an id"));
  for (auto* read :
       {ReadLayout, ReadShared, ReadScales, ReadResults, ReadFilters, ReadWords, ReadWriting}) {
    if (auto done = read(declared, mapping); !done) return core::Refuse(done.error());
  }
  for (const Places& places : mapping.results) {
    if (auto complete = CheckComplete(places); !complete) return core::Refuse(complete.error());
  }
  return mapping;
}

}  // namespace throughline::gateway::csv
