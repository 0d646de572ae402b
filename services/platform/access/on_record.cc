#include "platform/access/on_record.h"

#include <algorithm>

#include "core/ids.h"

namespace throughline::platform {

using audit::v1::AuditRecord;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr size_t kLongestPurpose = 500;
constexpr size_t kLongestAddress = 64;
constexpr int kFieldsAtMost = 100;

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

const Message& MessageAt(const FieldPath& path, const Message& request, size_t depth) {
  const Message* at = &request;
  for (size_t i = 0; i < depth; ++i) at = &at->GetReflection()->GetMessage(*at, path[i]);
  return *at;
}

std::string TextAt(const FieldPath& path, const Message& request) {
  if (path.empty()) return "";
  const Message& at = MessageAt(path, request, path.size() - 1);
  return at.GetReflection()->GetString(at, path.back());
}

// What says where the request belongs, and by which right it is made, is no change.
bool IsChange(const FieldDescriptor& field) {
  static constexpr std::string_view kNone[] = {"request_id", "district", "school",          "team",
                                               "caller",     "version",  "expected_version"};
  return std::find(std::begin(kNone), std::end(kNone), field.name()) == std::end(kNone);
}

void AddChanges(const Message& of, AuditRecord& record) {
  std::vector<const FieldDescriptor*> fields;
  of.GetReflection()->ListFields(of, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!IsChange(*field) || record.fields_size() >= kFieldsAtMost) continue;
    if (field->is_repeated() || field->name() != "policy") {
      record.add_fields(field->name());
      continue;
    }
    const Message& policy = of.GetReflection()->GetMessage(of, field);
    std::vector<const FieldDescriptor*> parts;
    policy.GetReflection()->ListFields(policy, &parts);
    for (const FieldDescriptor* part : parts) {
      if (record.fields_size() < kFieldsAtMost) record.add_fields("policy." + part->name());
    }
  }
}

// Cut where a character ends.
std::string Shortened(std::string text) {
  if (text.size() <= kLongestPurpose) return text;
  size_t end = kLongestPurpose;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::string TraceIdOf(std::string_view traceparent) {
  // 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01
  constexpr size_t kVersion = 3, kTrace = 32;
  if (traceparent.size() < kVersion + kTrace + 1 || traceparent[2] != '-' ||
      traceparent[kVersion + kTrace] != '-') {
    return "";
  }
  const std::string_view trace = traceparent.substr(kVersion, kTrace);
  return IsHex(trace) && trace.find_first_not_of('0') != std::string_view::npos ? std::string(trace)
                                                                                : "";
}

void AddObject(AuditRecord& record, std::string_view name, std::string_view value) {
  if (!core::IsId(value)) return;
  auto& objects = *record.mutable_objects();
  *objects.Add() = std::string(name) + "=" + std::string(value);
  std::sort(objects.begin(), objects.end());
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
}

AuditRecord RecordOf(const Principal* caller, const CallOrigin& origin) {
  AuditRecord record;
  if (caller != nullptr && caller->role != common::v1::ROLE_UNSPECIFIED) {
    *record.mutable_actor() = ToCaller(*caller);
    record.set_district(caller->district);
  }
  record.set_method(origin.method);
  record.set_address(origin.address.substr(0, kLongestAddress));
  record.set_trace_id(origin.trace_id);
  return record;
}

AuditRecord RecordOf(const Principal* caller, const CallOrigin& origin, const Rule& rule,
                     const Message& request) {
  AuditRecord record = RecordOf(caller, origin);
  const std::string district = TextAt(rule.district, request);
  if (record.district().empty()) {
    if (core::IsId(district)) record.set_district(district);
  } else if (district != record.district()) {
    AddObject(record, "district", district);
  }
  AddObject(record, "school", TextAt(rule.school, request));
  AddObject(record, "team", TextAt(rule.team, request));
  record.set_outcome(audit::v1::OUTCOME_DONE);
  const AuditedRule& audited = rule.audited;
  record.set_action(audited.action);
  for (const FieldPath& path : audited.objects) {
    AddObject(record, path.back()->name(), TextAt(path, request));
  }
  record.set_purpose(Shortened(TextAt(audited.purpose, request)));
  if (audited.names_changes) {
    AddChanges(MessageAt(audited.changes, request, audited.changes.size()), record);
  }
  return record;
}

void SayRefused(const core::Error& error, AuditRecord& record) {
  record.clear_fields();
  record.clear_purpose();
  record.set_action(audit::v1::ACTION_ACCESS_REFUSED);
  record.set_outcome(audit::v1::OUTCOME_REFUSED);
  record.set_reason(error.reason);
}

void NoteRefusal(Audit& audit, AuditRecord record, const core::Error& error) {
  if (error.code != core::Code::kUnauthenticated && error.code != core::Code::kPermissionDenied) {
    return;
  }
  // What somebody unknown wants of a district is no business of that district's.
  if (!record.has_actor()) record.clear_district();
  SayRefused(error, record);
  audit.Note(std::move(record));
}

void NoteRefusal(Audit& audit, const Principal* caller, const CallOrigin& origin,
                 const core::Error& error) {
  NoteRefusal(audit, RecordOf(caller, origin), error);
}

}  // namespace throughline::platform
