#include "importing/entry_at_fault.h"

#include <google/protobuf/descriptor.h>

#include <charconv>

namespace throughline::importing {

std::optional<EntryAtFault> ParseEntryAtFault(std::string_view field) {
  const size_t open = field.find('[');
  const size_t close = field.find(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  EntryAtFault entry{std::string(field.substr(0, open)), 0};
  const std::string_view digits = field.substr(open + 1, close - open - 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), entry.index);
  const bool whole = parsed.ptr == digits.data() + digits.size() && !digits.empty();
  if (parsed.ec != std::errc() || !whole || entry.index < 0) return std::nullopt;
  return entry;
}

bool TakeOut(const EntryAtFault& entry, google::protobuf::Message& request) {
  const auto* list = request.GetDescriptor()->FindFieldByName(entry.list);
  const auto* reflection = request.GetReflection();
  if (list == nullptr || !list->is_repeated()) return false;
  const int size = reflection->FieldSize(request, list);
  if (entry.index >= size) return false;
  for (int i = entry.index; i + 1 < size; ++i) reflection->SwapElements(&request, list, i, i + 1);
  reflection->RemoveLast(&request, list);
  return true;
}

}  // namespace throughline::importing
