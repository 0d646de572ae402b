#include "evidence/student_pages.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "platform/grpc/pages.h"
#include "runtime/base64.h"

namespace throughline::evidence {

using core::Refuse;
using core::Result;

namespace {

constexpr char kAbout[] = "page of students";

bool IsBefore(const v1::Student& a, const v1::Student& b) {
  return std::tie(a.display_name(), a.student()) < std::tie(b.display_name(), b.student());
}

std::string About(const v1::ListStudentsRequest& request) {
  return kAbout + core::JoinKey("", request.school());
}

// Behind whom the page begins.
std::optional<v1::Student> LastOf(const v1::ListStudentsRequest& request,
                                  identities::Vault& vault) {
  const auto sealed = runtime::FromBase64(request.page_token(), runtime::Base64::kUrlSafe);
  if (!sealed) return std::nullopt;
  const auto text = vault.Open(request.district(), About(request), *sealed);
  v1::Student last;
  if (!text || !last.ParseFromString(*text)) return std::nullopt;
  return last;
}

Result<std::string> TokenBehind(const v1::Student& student, const v1::ListStudentsRequest& request,
                                identities::Vault& vault) {
  v1::Student last;
  last.set_display_name(student.display_name());
  last.set_student(student.student());
  auto sealed = vault.Seal(request.district(), About(request), last.SerializeAsString());
  if (!sealed) return Refuse(sealed.error());
  return runtime::ToBase64(*sealed, runtime::Base64::kUrlSafe);
}

}  // namespace

Result<v1::ListStudentsResponse> StudentPage(const v1::ListStudentsRequest& request,
                                             std::vector<v1::Student> students,
                                             identities::Vault& vault) {
  if (request.page_size() < 0 || request.page_size() > platform::kPageAtMost) {
    return Refuse(platform::PageInvalid());
  }
  const int size = request.page_size() == 0 ? platform::kPageWhenNotSaid : request.page_size();
  std::sort(students.begin(), students.end(), IsBefore);
  auto from = students.begin();
  if (!request.page_token().empty()) {
    const auto last = LastOf(request, vault);
    if (!last) return Refuse(platform::PageTokenInvalid());
    from = std::upper_bound(students.begin(), students.end(), *last, IsBefore);
  }
  v1::ListStudentsResponse page;
  for (; from != students.end() && page.students_size() < size; ++from) {
    *page.add_students() = std::move(*from);
  }
  if (from == students.end()) return page;
  auto token = TokenBehind(*page.students().rbegin(), request, vault);
  if (!token) return Refuse(token.error());
  page.set_next_page_token(*std::move(token));
  return page;
}

}  // namespace throughline::evidence
