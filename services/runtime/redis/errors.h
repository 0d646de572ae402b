// Every failure that only a Redis can have, by name. What may pass is JournalUnavailable, of
// runtime/errors.h; what is here needs somebody to change something.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/result.h"

namespace throughline::runtime {

core::Error RedisAddressMissing();
core::Error RedisAddressInvalid(std::string_view address);
core::Error RedisUnusable(std::string_view address, std::string_view why);
core::Error RedisEvicts(std::string_view address, std::string_view policy);
core::Error CommitTooLarge(std::string_view partition, size_t rows, size_t bytes);

}  // namespace throughline::runtime
