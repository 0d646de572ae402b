// The records of a journal, for commands that read it without being its owner.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "platform/host/serving_options.h"
#include "runtime/journal.h"

namespace throughline {

// Of the directory, also while it is served, or of Kafka as `--kafka` and `--kafka-setting` say.
// NOTHING_TO_READ unless it is one of them.
core::Result<std::unique_ptr<runtime::RecordReader>> OpenHistory(
    const std::string& data, const platform::ServingOptions& kafka);

}  // namespace throughline
