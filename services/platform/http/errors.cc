#include "platform/http/errors.h"

namespace throughline::platform::http {

core::Error BodyTooLarge(size_t bytes_at_most) {
  return {core::Code::kResourceExhausted, "BODY_TOO_LARGE",
          "The body may have " + std::to_string(bytes_at_most) + " bytes at most.", ""};
}

core::Error BodyCutOff() {
  return {core::Code::kInvalidArgument, "BODY_CUT_OFF", "The body is incomplete.", ""};
}

core::Error BodyTooSlow() {
  return {core::Code::kInvalidArgument, "BODY_TOO_SLOW", "The body was sent too slowly.", ""};
}

core::Error ListenRefused(std::string_view listen, std::string_view why) {
  return {core::Code::kFailedPrecondition, "LISTEN_REFUSED",
          "HTTP cannot listen at " + std::string(listen) + ": " + std::string(why) + ".", "http"};
}

core::Error NetworkInvalid(std::string_view text) {
  return {core::Code::kInvalidArgument, "NETWORK_INVALID",
          std::string(text) + " is neither an IP address nor a network such as 10.0.0.0/8.",
          "trusted-proxies"};
}

core::Error CertificateUnusable(std::string_view file, std::string_view why) {
  return {core::Code::kFailedPrecondition, "TLS_FILE_UNUSABLE",
          std::string(file) + " cannot be used for TLS: " + std::string(why) + ".", "tls-cert"};
}

}  // namespace throughline::platform::http
