#include "gateway/door/cross_site.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "gateway/door/errors.h"

namespace throughline::gateway {

using platform::http::Request;

namespace {

bool IsTheSame(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool IsOwn(std::string_view origin, std::string_view own, std::string_view host) {
  if (!own.empty()) return IsTheSame(origin, own);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!origin.starts_with(scheme)) continue;
    return !host.empty() && IsTheSame(origin.substr(scheme.size()), host);
  }
  return false;  // `null`, or nothing that a browser of ours would send
}

bool MayChange(const Request& request) {
  return request.method != "GET" && request.method != "HEAD";
}

bool HasBody(const Request& request) {
  const std::string_view length = request.Header("content-length");
  return !request.Header("transfer-encoding").empty() || (!length.empty() && length != "0");
}

}  // namespace

core::Result<void> CheckSite(const Request& request, std::string_view own) {
  const std::string_view site = request.Header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    return core::Refuse(CrossSiteRefused("Sec-Fetch-Site"));
  }
  const auto origin = request.headers.find("origin");
  if (origin != request.headers.end() && !IsOwn(origin->second, own, request.Header("host"))) {
    return core::Refuse(CrossSiteRefused("Origin"));
  }
  return {};
}

core::Result<void> CheckOwnPage(const Request& request, std::string_view own) {
  const std::string_view site = request.Header("sec-fetch-site");
  if (site == "same-origin") return {};
  if (auto checked = CheckSite(request, own); !checked) return checked;
  const bool says_so = !site.empty() || request.headers.contains("origin");
  if (MayChange(request) && !says_so) return core::Refuse(CrossSiteRefused("Origin"));
  return {};
}

core::Result<void> CheckContentType(const Request& request) {
  if (!MayChange(request) || (request.method != "POST" && !HasBody(request))) return {};
  const std::string type = request.MediaType();
  if (type.find('/') == std::string::npos) return core::Refuse(ContentTypeMissing());
  // With a comma there are two of them, and nobody knows which one a browser looked at.
  const bool simple = type == "text/plain" || type == "application/x-www-form-urlencoded" ||
                      type == "multipart/form-data" || type.find(',') != std::string::npos;
  if (simple) return core::Refuse(ContentTypeRefused(type));
  return {};
}

}  // namespace throughline::gateway
