// Errors are values. A function that can refuse returns Result<T>; the error says which rule
// refused (reason), what to tell a person (message) and, for bad input, where (field).
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace throughline::core {

// The subset of gRPC's status codes that this system answers with; same meaning, same numbers.
enum class Code {
  kInvalidArgument = 3,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kInternal = 13,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

struct Error {
  Code code = Code::kInternal;
  std::string reason;   // UPPER_SNAKE, stable, tested; for programs
  std::string message;  // one sentence, for people
  std::string field;    // path of the offending field, empty when no single field is at fault
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> Refuse(Error error) { return tl::make_unexpected(std::move(error)); }

}  // namespace throughline::core
