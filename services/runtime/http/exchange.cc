#include "runtime/http/exchange.h"

#include "runtime/http/errors.h"

namespace throughline::runtime::http {

Task<core::Result<std::string>> ReadAll(Exchange& exchange, size_t at_most) {
  std::string whole;
  while (true) {
    core::Result<std::string> piece = co_await exchange.Read();
    if (!piece) co_return piece;
    if (piece->empty()) co_return whole;
    if (whole.size() + piece->size() > at_most) co_return core::Refuse(BodyTooLarge(at_most));
    whole += *piece;
  }
}

}  // namespace throughline::runtime::http
