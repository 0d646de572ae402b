#include "platform/access/sign_ins.h"

#include <functional>
#include <string>

namespace throughline::platform {

bool SignIns::IsNew(const Principal& caller, std::string_view address) {
  std::string who;
  for (const std::string_view part :
       {std::string_view(caller.subject), std::string_view(caller.issuer),
        std::string_view(caller.district), std::string_view(caller.school),
        std::string_view(caller.team), address}) {
    who.append(part);
    who += '\n';  // in none of them
  }
  who += static_cast<char>(caller.role);
  const uint64_t hash = std::hash<std::string>()(who) | 1U;  // never 0, which is nobody
  std::atomic<uint64_t>& place = seen_[hash / 2 % kPlaces];
  if (place.load(std::memory_order_relaxed) == hash) return false;
  return place.exchange(hash, std::memory_order_relaxed) != hash;
}

}  // namespace throughline::platform
