// A mail as it is sent: one text, plain and as HTML (RFC 5322, 2045 and 2047). A value; what is put
// into a header never begins another one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/date.h"

namespace throughline::platform {

struct Mail {
  std::string from;        // address
  std::string from_name;   // UTF-8; may be empty
  std::string to;          // address
  std::string subject;     // UTF-8
  std::string message_id;  // without the angle brackets; the same for a repetition
  core::Instant date;
  std::vector<std::pair<std::string, std::string>> headers;  // more of them; ASCII
  std::string plain;                                         // UTF-8, lines end in \n
  std::string html;                                          // UTF-8
};

// The whole message, lines ending in \r\n.
std::string ToMime(const Mail& mail);

// The text with what HTML gives a meaning replaced, for elements and quoted attributes.
std::string HtmlEscaped(std::string_view text);

}  // namespace throughline::platform
