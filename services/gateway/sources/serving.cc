#include "gateway/sources/serving.h"

#include <algorithm>
#include <set>

#include "core/ids.h"
#include "gateway/api/answers.h"
#include "gateway/api/errors.h"
#include "gateway/door/ask.h"
#include "gateway/door/errors.h"
#include "gateway/sources/errors.h"
#include "platform/http/errors.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::gateway {

namespace {

constexpr std::string_view kGetDistrict = "throughline.plans.v1.PlansService.GetDistrict";

}  // namespace

GuardTerms OfWhoPushes() {
  return {.method = "throughline.evidence.v1.EvidenceService.IngestResults"};
}

core::Result<std::string> SourceOf(const http::Exchange& exchange, const Caller& caller,
                                   std::string_view otherwise) {
  if (caller.district.empty()) return core::Refuse(DistrictMissing());
  const auto& captured = exchange.request().captured;
  const auto named = captured.find("source");
  std::string source = named == captured.end() ? std::string(otherwise) : named->second;
  if (!core::IsId(source)) return core::Refuse(SourceNotAnId());
  return source;
}

http::Task<core::Result<SourceSettings>> SettingsOf(http::Exchange& exchange, const Caller& caller,
                                                    UnaryCalls& calls,
                                                    const DeclaredSources& sources,
                                                    std::string_view otherwise) {
  const core::Result<std::string> source = SourceOf(exchange, caller, otherwise);
  if (!source) co_return core::Refuse(source.error());
  SourceSettings settings = sources.SettingsOf(caller.district, *source);
  if (!settings.time_zone.empty()) co_return settings;
  plans::v1::GetDistrictRequest request;
  request.set_district(caller.district);
  const core::Result<plans::v1::GetDistrictResponse> answer =
      co_await Ask<plans::v1::GetDistrictResponse>(calls, caller, kGetDistrict, request);
  if (!answer) co_return core::Refuse(answer.error());
  settings.time_zone = answer->district().time_zone();
  co_return settings;
}

core::Result<void> CheckQuery(const http::Request& request,
                              std::initializer_list<std::string_view> known) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return core::Refuse(QueryUnknown(name));
    }
    if (!seen.insert(name).second) return core::Refuse(QueryRepeated(name));
  }
  return {};
}

http::Task<core::Result<Spool>> SpoolBody(http::Exchange& exchange, size_t at_most) {
  const core::Result<void> declared = http::CheckDeclared(exchange.request(), at_most);
  if (!declared) co_return core::Refuse(declared.error());
  core::Result<Spool> spool = Spool::Open();
  size_t bytes = 0;
  while (spool) {
    const core::Result<std::string> piece = co_await exchange.Read();
    if (!piece) co_return core::Refuse(piece.error());
    if (piece->empty()) break;
    bytes += piece->size();
    if (bytes > at_most) co_return core::Refuse(http::BodyTooLarge(at_most));
    const core::Result<void> written = spool->Write(*piece);
    if (!written) co_return core::Refuse(written.error());
  }
  co_return spool;
}

http::Response ToResponse(Answer answer) {
  http::Response response{answer.status, std::move(answer.headers), std::move(answer.body)};
  if (!response.body.empty()) response.headers.emplace_back("Content-Type", "application/json");
  return response;
}

http::Response ToResponse(const core::Error& error) { return ErrorAnswer(error); }

}  // namespace throughline::gateway
