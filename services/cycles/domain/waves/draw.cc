#include "cycles/domain/waves/draw.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include "core/key.h"

namespace throughline::cycles {

std::string TicketOf(const std::string& seed, const std::string& school, const std::string& team) {
  const std::string text = core::JoinKey(seed, school, team);
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  digits.reserve(2 * hash.size());
  for (const unsigned char byte : hash) {
    digits += kDigits[byte >> 4];
    digits += kDigits[byte & 15];
  }
  return digits;
}

void Draw(v1::Wave& wave) {
  std::vector<std::pair<std::string, v1::WaveTeam>> drawn;
  drawn.reserve(wave.teams_size());
  for (const v1::WaveTeam& team : wave.teams()) {
    drawn.emplace_back(TicketOf(wave.seed(), team.school(), team.team()), team);
  }
  std::sort(drawn.begin(), drawn.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.school(), a.second.team()) <
           std::tie(b.first, b.second.school(), b.second.team());
  });
  wave.clear_teams();
  int start = 0, taken = 0;
  for (auto& [ticket, team] : drawn) {
    while (start < wave.starts_size() && taken == wave.starts(start).places()) {
      ++start;
      taken = 0;
    }
    v1::WaveTeam& placed = *wave.add_teams() = std::move(team);
    placed.set_rank(wave.teams_size());
    if (start == wave.starts_size()) continue;
    placed.set_begins_on(wave.starts(start).date());
    ++taken;
  }
  wave.set_by_lot(wave.starts_size() > 0 && wave.teams_size() > wave.starts(0).places());
}

}  // namespace throughline::cycles
