#include "evidence/domain/display_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/domain/errors.h"

namespace throughline::evidence {

namespace {

constexpr int kLongestName = 255;

// It is UTF-8, as every string of a message.
bool IsName(const std::string& name) {
  const auto starts = [](unsigned char c) { return (c & 0xc0) != 0x80; };
  return std::count_if(name.begin(), name.end(), starts) <= kLongestName &&
         std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

template <class List>
std::optional<core::Error> Check(const List& list, std::string_view name) {
  for (int i = 0; i < list.size(); ++i) {
    if (!IsName(list[i].display_name())) {
      return NameInvalid(fmt::format("{}[{}].display_name", name, i));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<core::Error> CheckNames(const v1::UpdateRosterRequest& request) {
  if (auto error = Check(request.students(), "students")) return error;
  return Check(request.moves(), "moves");
}

}  // namespace throughline::evidence
