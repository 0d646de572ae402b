#include "evidence/domain/watch_list.h"

namespace throughline::evidence {

namespace {

// A cycle that ended so long before the latest one began is watched no longer.
constexpr int32_t kWatchDays = 400;

}  // namespace

void RemoveWatch(v1::TeamRow& team, std::string_view cycle) {
  auto& watches = *team.mutable_watches();
  for (int i = watches.size() - 1; i >= 0; --i) {
    if (watches[i].cycle() == cycle) watches.DeleteSubrange(i, 1);
  }
}

void PutWatch(v1::TeamRow& team, const v1::Watch& watch) {
  RemoveWatch(team, watch.cycle());
  auto& watches = *team.mutable_watches();
  *watches.Add() = watch;
  for (int i = watches.size() - 1; i > 0 && watches[i].start() < watches[i - 1].start(); --i) {
    watches.SwapElements(i, i - 1);
  }
  const int32_t oldest = watches[watches.size() - 1].start() - kWatchDays;
  while (watches[0].end() < oldest) watches.DeleteSubrange(0, 1);
}

}  // namespace throughline::evidence
