// For the fuzzer: everything that reads what comes from outside, held to what must always be true.
#pragma once

#include <string_view>

namespace throughline::gateway {

// The first byte chooses a method. The rest is read as the JSON of its request, which must come out
// of it the same when it is written and read again; and, split at the first line break, as the path
// and the query, body and header of requests, which must be understood or refused. Aborts else.
void FuzzApi(std::string_view text);

}  // namespace throughline::gateway
