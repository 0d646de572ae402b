#include "gateway/bundles/errors.h"

namespace throughline::gateway::bundles {

core::Error NotAZip() {
  return {core::Code::kInvalidArgument, "NOT_A_BUNDLE",
          "The body is not a zip archive, or is incomplete.", ""};
}

core::Error MediaTypeOther() {
  return {core::Code::kInvalidArgument, "MEDIA_TYPE_OTHER", "A bundle comes as application/zip.",
          "Content-Type"};
}

core::Error ImportsOfCallerUnderWay(size_t at_most) {
  return {core::Code::kResourceExhausted, "IMPORTS_OF_CALLER_UNDER_WAY",
          "Of the bundles that are being brought in you may have " + std::to_string(at_most) +
              "; send this one again when that is done.",
          ""};
}

core::Error ImportsOfDistrictUnderWay(size_t at_most) {
  return {core::Code::kResourceExhausted, "IMPORTS_OF_DISTRICT_UNDER_WAY",
          "Of the bundles that are being brought in your district may have " +
              std::to_string(at_most) + "; send this one again in a while.",
          ""};
}

core::Error ImportsUnderWay(size_t at_most) {
  return {core::Code::kResourceExhausted, "IMPORTS_UNDER_WAY",
          std::to_string(at_most) +
              " bundles are being brought in, as many as this installation does at once; send this "
              "one again in a while.",
          ""};
}

core::Error ImportStopped() {
  return {core::Code::kUnavailable, "IMPORT_STOPPED",
          "The import was stopped before it was complete; send the bundle again. What was imported "
          "stays.",
          ""};
}

core::Error ImportBroke() {
  return {core::Code::kInternal, "IMPORT_BROKE",
          "An unexpected error occurred; send the bundle again.", ""};
}

}  // namespace throughline::gateway::bundles
