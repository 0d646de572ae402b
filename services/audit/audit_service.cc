#include "audit/audit_service.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "audit/errors.h"
#include "platform/access/on_record.h"
#include "platform/grpc/pages.h"

namespace throughline::audit {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

constexpr char kTrailPages[] = "audit trail";
constexpr char kAccessPages[] = "access";

Result<size_t> PageSizeOf(int32_t asked) {
  if (asked < 0 || asked > platform::kPageAtMost) return core::Refuse(platform::PageInvalid());
  return static_cast<size_t>(asked == 0 ? platform::kPageWhenNotSaid : asked);
}

// The number that a token of these pages stands for, or `first` when there is none.
Result<int64_t> PlaceOf(std::string_view pages, const std::string& token, int64_t first) {
  if (token.empty()) return first;
  const auto key = platform::KeyOfPageToken(pages, token);
  int64_t place = -1;
  if (key) std::from_chars(key->data(), key->data() + key->size(), place);
  if (place < 0) return core::Refuse(platform::PageTokenInvalid());
  return place;
}

// The names of the filters that are set.
void SayFilters(const v1::ListAuditTrailRequest& request, v1::AuditRecord& record) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  request.GetReflection()->ListFields(request, &fields);
  for (const auto* field : fields) {
    const std::string& name = field->name();
    if (name != "district" && !name.starts_with("page_")) record.add_fields(name);
  }
}

// Whom a record is about is listed to nobody: with it, who knows a student's id would know the
// pseudonym, and that beyond an erasure.
void HideStudents(v1::AuditRecord& record) {
  record.clear_students();
  auto& objects = *record.mutable_objects();
  objects.erase(
      std::remove_if(objects.begin(), objects.end(),
                     [](const std::string& object) { return object.starts_with("student="); }),
      objects.end());
}

}  // namespace

Reactor* AuditService::ListAuditTrail(Context* context, const v1::ListAuditTrailRequest* request,
                                      v1::ListAuditTrailResponse* response) {
  return guard_.AnswerOnRecord(context, *request,
                               [&](const platform::Principal&, v1::AuditRecord& record) {
                                 auto answered = Query(*request, *response, record);
                                 SayFilters(*request, record);
                                 record.set_count(response->records_size());
                                 return answered;
                               });
}

Reactor* AuditService::ListAccess(Context* context, const v1::ListAccessRequest* request,
                                  v1::ListAccessResponse* response) {
  return guard_.AnswerOnRecord(context, *request,
                               [&](const platform::Principal&, v1::AuditRecord& record) {
                                 auto answered = Query(*request, *response);
                                 record.set_count(response->holders_size());
                                 return answered;
                               });
}

Result<void> AuditService::Query(const v1::ListAuditTrailRequest& request,
                                 v1::ListAuditTrailResponse& response, v1::AuditRecord& record) {
  if (request.from_ms() < 0 || request.until_ms() < 0 ||
      (request.until_ms() != 0 && request.until_ms() < request.from_ms())) {
    return core::Refuse(PeriodInvalid());
  }
  const auto size = PageSizeOf(request.page_size());
  if (!size) return core::Refuse(size.error());
  const auto before =
      PlaceOf(kTrailPages, request.page_token(), std::numeric_limits<int64_t>::max());
  if (!before) return core::Refuse(before.error());
  std::string student;
  if (!request.student().empty()) {
    auto pseudonym = pseudonym_of_(request.district(), request.student());
    if (!pseudonym) return core::Refuse(pseudonym.error());
    if (!*pseudonym) return core::Refuse(StudentUnknown());
    student = **std::move(pseudonym);
    platform::AddObject(record, "student", student);
  }
  auto found = index_.Find(request, student, *before, *size);
  if (!found) return core::Refuse(found.error());
  for (v1::AuditRecord& one : found->records) {
    HideStudents(one);
    *response.add_records() = std::move(one);
  }
  if (found->next >= 0) {
    response.set_next_page_token(platform::PageTokenOf(kTrailPages, std::to_string(found->next)));
  }
  return {};
}

Result<void> AuditService::Query(const v1::ListAccessRequest& request,
                                 v1::ListAccessResponse& response) {
  const auto size = PageSizeOf(request.page_size());
  if (!size) return core::Refuse(size.error());
  const auto first = PlaceOf(kAccessPages, request.page_token(), 0);
  if (!first) return core::Refuse(first.error());
  auto holders = index_.Holders(request.district());
  if (!holders) return core::Refuse(holders.error());
  const auto begin = std::min(static_cast<size_t>(*first), holders->size());
  const size_t end = std::min(begin + *size, holders->size());
  for (size_t i = begin; i < end; ++i) *response.add_holders() = std::move((*holders)[i]);
  if (end < holders->size()) {
    response.set_next_page_token(platform::PageTokenOf(kAccessPages, std::to_string(end)));
  }
  return {};
}

}  // namespace throughline::audit
