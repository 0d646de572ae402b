#include "evidence/erasure_queries.h"

#include <algorithm>
#include <tuple>

#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"
#include "evidence/row_pages.h"
#include "platform/grpc/pages.h"

namespace throughline::evidence {

namespace {

bool IsNewer(const v1::ErasureCertificate& one, const v1::ErasureCertificate& other) {
  return std::pair(other.erased_at_ms(), one.certificate()) <
         std::pair(one.erased_at_ms(), other.certificate());
}

}  // namespace

core::Result<void> Query(const runtime::Rows& rows, const v1::ListErasuresRequest& request,
                         v1::ListErasuresResponse& response) {
  const std::string& district = request.district();
  if (!core::IsId(district)) return core::Refuse(IdInvalid("district"));
  if (request.page_size() < 0 || request.page_size() > platform::kPageAtMost) {
    return core::Refuse(platform::PageInvalid());
  }
  auto known = rows.Get(kDistricts, district, district);
  if (!known) return core::Refuse(known.error());
  if (!*known) return core::Refuse(DistrictUnknown(district));
  auto found = rows.Scan(kErasures, district, JoinKey(district, ""), "", kAllRows);
  if (!found) return core::Refuse(found.error());
  std::sort(found->begin(), found->end(),
            [](const auto& one, const auto& other) { return IsNewer(one.second, other.second); });
  auto next = found->begin();
  if (!request.page_token().empty()) {
    const auto last = platform::KeyOfPageToken(kErasures.name, request.page_token());
    next = std::find_if(found->begin(), found->end(),
                        [&](const auto& one) { return last && one.first == *last; });
    if (next == found->end()) return core::Refuse(platform::PageTokenInvalid());
    ++next;
  }
  const int size = request.page_size() == 0 ? platform::kPageWhenNotSaid : request.page_size();
  for (; next != found->end() && response.certificates_size() < size; ++next) {
    *response.add_certificates() = next->second;
  }
  if (next != found->end()) {
    response.set_next_page_token(platform::PageTokenOf(kErasures.name, std::prev(next)->first));
  }
  return {};
}

}  // namespace throughline::evidence
