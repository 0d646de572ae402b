// The whole life of an HTTP connection, for fuzzing.
#pragma once

#include <string_view>

namespace throughline {

// A client says what the text says, a piece at a time with a form feed between them, and reads what
// it is answered. The first byte decides how it leaves: by ending its side, or altogether. Aborts
// when the answers are not one whole answer of HTTP to each request, or a coroutine is left over.
void HttpConnection(std::string_view text);

}  // namespace throughline
