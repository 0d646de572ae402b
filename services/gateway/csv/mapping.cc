#include "gateway/csv/mapping.h"

#include <algorithm>

#include "core/decimal.h"
#include "core/ids.h"
#include "gateway/csv/errors.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"

namespace throughline::gateway::csv {

namespace {

constexpr size_t kTextBytesAtMost = 200;
constexpr size_t kWordsAtMost = 100;
constexpr size_t kColumnsAtMost = 1'000;

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

core::Result<void> ReadColumns(const Json& declared, Mapping& mapping) {
  auto columns = ObjectOf(declared, "columns");
  if (!columns) return core::Refuse(columns.error());
  for (const auto& [name, column] : columns->items()) {
    const auto field = FieldOf(name);
    if (!field) return core::Refuse(FieldUnknown("columns." + name));
    Place& place = mapping.places[*field];
    if (IsText(column) && mapping.header) {
      place.column = column.get<std::string>();
    } else if (column.is_number_unsigned() && column.get<uint64_t>() >= 1 &&
               column.get<uint64_t>() <= kColumnsAtMost) {
      place.number = column.get<size_t>();
    } else {
      return core::Refuse(MappingInvalid(
          "columns." + name, mapping.header ? "the name of a column or its number from 1"
                                            : "the number of a column from 1"));
    }
  }
  return {};
}

core::Result<void> AddConstant(const std::string& where, Field field, const std::string& text,
                               Mapping& mapping) {
  if (!mapping.places.emplace(field, Place{.constant = text}).second) {
    return core::Refuse(MappingInvalid(where, "said once: there is a column of it"));
  }
  return {};
}

core::Result<void> ReadConstants(const Json& declared, Mapping& mapping) {
  auto constants = ObjectOf(declared, "constants");
  if (!constants) return core::Refuse(constants.error());
  for (const auto& [name, text] : constants->items()) {
    const std::string where = "constants." + name;
    const auto field = FieldOf(name);
    if (!field) return core::Refuse(FieldUnknown(where));
    if (!IsText(text)) return core::Refuse(MappingInvalid(where, "a text"));
    auto added = AddConstant(where, *field, text.get<std::string>(), mapping);
    if (!added) return added;
  }
  const Json* scale = Member(declared, "scale");
  if (scale == nullptr) return {};
  const Json *min = Member(*scale, "min"), *max = Member(*scale, "max");
  if (min == nullptr || max == nullptr || scale->size() != 2) {
    return core::Refuse(MappingInvalid("scale", "an object of min and max"));
  }
  const auto lowest = core::Decimal::Parse(DecimalText(*min).value_or(""));
  const auto highest = core::Decimal::Parse(DecimalText(*max).value_or(""));
  if (!lowest || !highest || *highest <= *lowest) return core::Refuse(ScaleInvalid("scale"));
  auto added = AddConstant("scale", Field::kScaleMin, *DecimalText(*min), mapping);
  return added ? AddConstant("scale", Field::kScaleMax, *DecimalText(*max), mapping) : added;
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
  mapping.no_score.insert("");
  const Json* none = Member(declared, "no_score");
  if (none == nullptr) return {};
  const bool fits =
      none->is_array() && none->size() <= kWordsAtMost &&
      std::all_of(none->begin(), none->end(), [](const Json& word) { return word.is_string(); });
  if (!fits) return core::Refuse(MappingInvalid("no_score", "a list of 100 texts at most"));
  for (const Json& word : *none) mapping.no_score.insert(word.get<std::string>());
  return {};
}

core::Result<void> ReadHeader(const Json& declared, Mapping& mapping) {
  const Json* header = Member(declared, "header");
  if (header == nullptr) return {};
  if (!header->is_boolean()) return core::Refuse(MappingInvalid("header", "true or false"));
  mapping.header = header->get<bool>();
  return {};
}

// How the vendor writes.
core::Result<void> ReadWriting(const Json& declared, Mapping& mapping) {
  const auto text = [&](std::string_view name, std::string_view otherwise) {
    return Member(declared, name) == nullptr ? std::string(otherwise)
                                             : Text(declared, name).value_or("");
  };
  const std::string delimiter = text("delimiter", ",");
  if (delimiter.size() != 1 || std::string_view(",;|\t:").find(delimiter[0]) == std::string::npos) {
    return core::Refuse(MappingInvalid("delimiter", "a comma, semicolon, colon, bar or tab"));
  }
  mapping.delimiter = delimiter[0];
  const std::string encoding = text("encoding", "utf-8");
  if (encoding != "utf-8" && encoding != "windows-1252") {
    return core::Refuse(MappingInvalid("encoding", "utf-8 or windows-1252"));
  }
  mapping.encoding = encoding == "utf-8" ? Encoding::kUtf8 : Encoding::kWindows1252;
  const std::string decimal = text("decimal", ".");
  if (decimal != "." && decimal != ",") {
    return core::Refuse(MappingInvalid("decimal", "a point or a comma"));
  }
  mapping.decimal = decimal[0];
  const auto format = DateFormat::Parse(text("date_format", "YYYY-MM-DD"));
  if (!format) return core::Refuse(MappingInvalid("date_format", "such as DD.MM.YYYY or M/D/YY"));
  mapping.date_format = *format;
  return {};
}

core::Result<void> CheckComplete(const Mapping& mapping) {
  const auto said = [&](Field field) { return mapping.places.contains(field); };
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
  constexpr std::string_view kMembers[] = {"source",   "columns",     "constants",   "scale",
                                           "no_score", "header",      "delimiter",   "encoding",
                                           "decimal",  "date_format", "score_status"};
  if (!declared.is_object()) return core::Refuse(MappingInvalid("", "an object"));
  for (const auto& [name, value] : declared.items()) {
    if (std::find(std::begin(kMembers), std::end(kMembers), name) == std::end(kMembers)) {
      return core::Refuse(FieldUnknown(name));
    }
  }
  Mapping mapping;
  mapping.source = Text(declared, "source").value_or("");
  if (!core::IsId(mapping.source)) return core::Refuse(MappingInvalid("source", "an id"));
  for (auto* read : {ReadHeader, ReadColumns, ReadConstants, ReadWords, ReadWriting}) {
    if (auto done = read(declared, mapping); !done) return core::Refuse(done.error());
  }
  if (auto complete = CheckComplete(mapping); !complete) return core::Refuse(complete.error());
  return mapping;
}

}  // namespace throughline::gateway::csv
