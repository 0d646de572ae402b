#include "gateway/bundles/errors.h"

namespace throughline::gateway::bundles {

core::Error NotAZip() {
  return {core::Code::kInvalidArgument, "NOT_A_BUNDLE",
          "The body is no zip archive, or its end is missing.", ""};
}

core::Error MediaTypeOther() {
  return {core::Code::kInvalidArgument, "MEDIA_TYPE_OTHER", "A bundle comes as application/zip.",
          "Content-Type"};
}

core::Error ImportsUnderWay() {
  return {core::Code::kResourceExhausted, "IMPORTS_UNDER_WAY",
          "As many bundles are being brought in as may be at once; send it again in a while.", ""};
}

core::Error ImportStopped() {
  return {core::Code::kUnavailable, "IMPORT_STOPPED",
          "It was stopped before its end; send the bundle again, and what is there already stays.",
          ""};
}

core::Error ImportBroke() {
  return {core::Code::kInternal, "IMPORT_BROKE",
          "Something went wrong that should not; send the bundle again.", ""};
}

}  // namespace throughline::gateway::bundles
