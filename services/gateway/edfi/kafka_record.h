// Reads what Ed-Fi's Data Management Service puts on Kafka: the state of one document a record.
// Pure.
//
// The proposed contract (decision record 0002, "Kafka Topic and Message Contract for Relational
// CDC", of Ed-Fi-Alliance-OSS/Data-Management-Service; one compacted topic an instance):
//   key    the document's UUID in lower case, as plain text
//   value  {"contractVersion": 1, "documentUuid", "projectName", "resourceName",
//           "resourceVersion", "contentVersion", "lastModifiedAt", "document": {…}}
//   A null value is a tombstone: the document of the key is deleted. It has no version.
//
// The older shape (Debezium's ExtractNewRecordState over the table dms.document, topic
// edfi.dms.document; retired in June 2026):
//   key    the row's number
//   value  {"id", "documentuuid", "resourcename", "projectname", "edfidoc": {…}, "createdat",
//           "lastmodifiedat", …, "__deleted": "true" | "false"}, the document as an object or as
//           text, names in any case, perhaps within {"schema", "payload"}
//   A deletion is the last row with __deleted. A null value follows it and says nothing more: its
//   key is no document's.
//
// Versions order the states of one document, and are compared for one document only:
// contentVersion, or lastmodifiedat of the older shape in microseconds. A record that is not
// understood is refused, and its refusal repeats nothing of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::edfi {

struct DocumentState {
  enum class What { kNothing, kThere, kDeleted };
  What what = What::kNothing;
  std::string uuid;         // lower case, with dashes
  std::string resource;     // StudentAssessment; empty for a tombstone
  int64_t version = 0;      // 0: a tombstone's
  Json document = nullptr;  // when it is there
};

// RECORD_INVALID, CONTRACT_UNKNOWN, and the errors of ReadJson. Resources of other projects than
// Ed-Fi's own are read as nothing.
core::Result<DocumentState> ReadRecord(std::string_view key, std::optional<std::string_view> value);

// Leaves the newest state of each document, where it came: a version that is not above one before
// it is dropped, and after a tombstone any version counts. What is nothing is left out.
std::vector<DocumentState> KeepNewest(std::vector<DocumentState> states);

}  // namespace throughline::gateway::edfi
