#include "history/errors.h"

#include <fmt/format.h>

#include "disclosure/enum_words.h"

namespace throughline::history {

core::Error AggregateElsewhere(common::v1::Aggregate of) {
  const auto* value = common::v1::Aggregate_descriptor()->FindValueByNumber(of);
  const std::string keeper =
      value == nullptr ? "" : value->options().GetExtension(common::v1::kept_by);
  std::string message = keeper.empty()
                            ? std::string("Say what the history is of.")
                            : fmt::format("The history of a {} is kept by the service {}.",
                                          disclosure::WordOf(of), keeper);
  return core::Invalid("AGGREGATE_ELSEWHERE", "of", std::move(message));
}

core::Error AggregateUnknown(common::v1::Aggregate of, std::string_view id) {
  return {core::Code::kNotFound, "AGGREGATE_UNKNOWN",
          id.empty() ? fmt::format("There is no such {}.", disclosure::WordOf(of))
                     : fmt::format("There is no {} {}.", disclosure::WordOf(of), id),
          "id"};
}

}  // namespace throughline::history
