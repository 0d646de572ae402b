#include "platform/http/exchange.h"

#include <charconv>
#include <cstdint>

#include "platform/http/errors.h"

namespace throughline::platform::http {

core::Result<void> CheckDeclared(const Request& request, size_t at_most) {
  const std::string_view text = request.Header("content-length");
  uint64_t length = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool more = read.ec == std::errc::result_out_of_range || length > at_most;
  if (more) return core::Refuse(BodyTooLarge(at_most));
  return {};
}

Task<core::Result<std::string>> ReadAll(Exchange& exchange, size_t at_most) {
  const core::Result<void> declared = CheckDeclared(exchange.request(), at_most);
  if (!declared) co_return core::Refuse(declared.error());
  std::string whole;
  while (true) {
    core::Result<std::string> piece = co_await exchange.Read();
    if (!piece) co_return piece;
    if (piece->empty()) co_return whole;
    if (whole.size() + piece->size() > at_most) co_return core::Refuse(BodyTooLarge(at_most));
    whole += *piece;
  }
}

}  // namespace throughline::platform::http
