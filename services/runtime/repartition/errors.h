// What a move to another number of partitions refuses, by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace throughline::runtime {

core::Error NotQuiet(const std::vector<std::string>& missing);
core::Error PartitionsOutOfRange(int32_t most);
core::Error LogNotEmpty(std::string_view topic);
core::Error EventElsewhere(std::string_view event);  // not where its key belongs
core::Error MoveDiffers(std::string_view what);      // of what was read and what was written

}  // namespace throughline::runtime
