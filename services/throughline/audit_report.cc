#include "throughline/audit_report.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "core/date.h"
#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/table.h"

namespace throughline {

namespace {

std::string HexOf(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
  }
  return text;
}

// The method without its package: EvidenceService/ListStudents.
std::string ShortMethod(const std::string& method) {
  const size_t slash = method.rfind('/');
  if (slash == std::string::npos || method.starts_with('/')) return method;
  const size_t dot = method.rfind('.', slash);
  return dot == std::string::npos ? method : method.substr(dot + 1);
}

std::string OutcomeOf(const audit::v1::AuditRecord& record) {
  std::string outcome = WordOf(record.outcome());
  if (!record.reason().empty()) outcome += ": " + record.reason();
  return outcome;
}

std::string AboutOf(const audit::v1::AuditRecord& record) {
  std::string about = fmt::format("{}", fmt::join(record.objects(), " "));
  if (record.has_count())
    about += fmt::format("{}count={}", about.empty() ? "" : " ", record.count());
  return about;
}

std::string FaultsText(const audit::Verified& verified) {
  std::string text;
  for (const audit::Fault& fault : verified.first_faults) {
    text += fmt::format("{} at {}: {}\n", fault.kind, fault.offset, fault.what);
  }
  return text;
}

nlohmann::json JsonOf(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::util::MessageToJsonString(message, &text);
  return nlohmann::json::parse(text);
}

}  // namespace

void PrintAuditRecords(const audit::v1::ListAuditTrailResponse& records,
                       const std::string& time_zone, std::ostream& out) {
  const DistrictClock clock(time_zone);
  Table table(
      {{"WHEN"}, {"WHO"}, {"ROLE"}, {"WHAT"}, {"BY"}, {"ABOUT"}, {"OUTCOME"}, {"WHY"}, {"FROM"}});
  for (const audit::v1::AuditRecord& record : records.records()) {
    table.Add({clock.Format(record.time_ms()), record.actor().subject(),
               record.has_actor() ? WordOf(record.actor().role()) : "", WordOf(record.action()),
               ShortMethod(record.method()), AboutOf(record), OutcomeOf(record), record.purpose(),
               record.address()});
  }
  table.Print(out, "Nothing is on record.");
}

std::string JsonLineOf(const runtime::StoredRecord& stored, const std::string& district) {
  nlohmann::json line{{"offset", stored.offset}};
  audit::v1::ChainedRecord chained;
  audit::v1::AuditRecord record;
  if (chained.ParseFromString(stored.record.value)) {
    line["writer"] = chained.writer();
    line["sequence"] = chained.sequence();
    line["hash"] = HexOf(chained.hash());
    if (chained.has_head()) {
      line["head"] = JsonOf(chained.head());
    } else if (record.ParseFromString(chained.record())) {
      if (!district.empty() && record.district() != district) return "";
      line["record"] = JsonOf(record);
    }
  }
  return line.dump() + "\n";
}

std::string ReadInPartText(const audit::Verified& so_far) {
  std::string text = FaultsText(so_far);
  if (so_far.records == 0) return text + "No record could be read.\n";
  text += fmt::format("The first {} could be read", Counted(so_far.records, "record"));
  text += so_far.faults == 0
              ? ", and are as they were written as far as can be told without the others.\n"
              : fmt::format(", with {} among them.\n", Counted(so_far.faults, "fault"));
  return text;
}

std::string VerifiedText(const audit::Verified& verified, bool key_is_known,
                         std::chrono::duration<double> took) {
  std::string text = FaultsText(verified);
  text += fmt::format("Read {} of {} with {} in {:.1f} s.\n", Counted(verified.records, "record"),
                      Counted(verified.writers, "writer"), Counted(verified.heads, "signed head"),
                      took.count());
  if (verified.last_head) {
    const int64_t covered = verified.last_head->records();
    text += fmt::format("The last head was signed at {} and covers {}; {} came later.\n",
                        core::FormatInstant(core::FromMillis(verified.last_head->time_ms())),
                        Counted(covered, "record"), Counted(verified.records - covered));
  }
  if (!verified.public_key.empty()) {
    text += fmt::format("The heads are held to {} {}.\n",
                        key_is_known ? "the installation's key," : "the key of the first of them,",
                        HexOf(verified.public_key));
  }
  if (verified.records == 0) return text + "There is no trail here, so nothing is verified.\n";
  if (!verified.last_head) {
    text += "No head was signed yet: an end that was cut off would not be found.\n";
  }
  text += verified.faults == 0 ? std::string("Everything is as it was written.\n")
                               : fmt::format("{} found.\n", Counted(verified.faults, "fault"));
  return text;
}

}  // namespace throughline
