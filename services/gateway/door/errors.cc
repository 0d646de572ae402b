#include "gateway/door/errors.h"

namespace throughline::gateway {

core::Error TooManyRequests() {
  return {core::Code::kResourceExhausted, "TOO_MANY_REQUESTS",
          "Too many requests from this caller; try again in a moment.", ""};
}

core::Error HostRefused() {
  return {
      core::Code::kPermissionDenied, "HOST_REFUSED",
      "Nobody needs a credential here, so it answers to the names of this machine only, such as "
      "127.0.0.1.",
      "Host"};
}

core::Error HostInvalid() {
  return {core::Code::kInvalidArgument, "HOST_INVALID",
          "The header Host has to be the name or address of a host, perhaps with a port.", "Host"};
}

core::Error HostUnknown() {
  return {core::Code::kInvalidArgument, "HOST_UNKNOWN",
          "This installation is not known by the name in the header Host. Whoever runs it says "
          "with --public-url where clients find it.",
          "Host"};
}

core::Error CrossSiteRefused(std::string_view header) {
  return {core::Code::kPermissionDenied, "CROSS_SITE_REFUSED",
          "A browser would send this request for any page, without a credential of that page, so "
          "those of pages of other sites are refused.",
          std::string(header)};
}

core::Error ContentTypeMissing() {
  return {core::Code::kInvalidArgument, "CONTENT_TYPE_MISSING",
          "Nothing but a browser vouches for this request, so say what comes, with the header "
          "Content-Type: application/json, for example.",
          "Content-Type"};
}

core::Error ContentTypeRefused(std::string_view media_type) {
  return {core::Code::kInvalidArgument, "CONTENT_TYPE_REFUSED",
          std::string(media_type.substr(0, 100)) +
              " is what pages of other sites may send, so it is not taken where only a browser "
              "vouches for a request; say application/json, for example.",
          "Content-Type"};
}

core::Error ContentEncodingRefused(std::string_view encoding) {
  return {core::Code::kInvalidArgument, "CONTENT_ENCODING_REFUSED",
          "The body is encoded as " + std::string(encoding.substr(0, 100)) +
              ", which is not understood: send it as it is, or as gzip.",
          "Content-Encoding"};
}

core::Error BodyNotGzip() {
  return {core::Code::kInvalidArgument, "BODY_NOT_GZIP",
          "Content-Encoding is gzip, but the body is not a complete gzip stream.",
          "Content-Encoding"};
}

core::Error DistrictInvalid() {
  return {core::Code::kInvalidArgument, "DISTRICT_INVALID",
          "The header Throughline-District has to be the id of a district.",
          "Throughline-District"};
}

core::Error DistrictMissing() {
  return {core::Code::kInvalidArgument, "DISTRICT_MISSING",
          "Nobody needs a credential here, so say whose data it is: "
          "with the header Throughline-District.",
          "Throughline-District"};
}

core::Error SessionOver() {
  return {core::Code::kUnauthenticated, "SESSION_OVER", "Your session is over; sign in again.", ""};
}

core::Error AnswerUnreadable() {
  return {core::Code::kInternal, "ANSWER_UNREADABLE",
          "A service sent a response that could not be read.", ""};
}

}  // namespace throughline::gateway
