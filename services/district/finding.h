// What a request said that was taken, and may have been meant otherwise.
#pragma once

#include "core/result.h"
#include "throughline/common/v1/finding.pb.h"

namespace throughline::district {

// As a refusal for the same reason would say it.
inline common::v1::Finding FindingOf(const core::Error& error) {
  common::v1::Finding finding;
  finding.set_reason(error.reason);
  finding.set_field(error.field);
  finding.set_message(error.message);
  return finding;
}

}  // namespace throughline::district
