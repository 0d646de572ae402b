// A world (world.h) that goes on with what another one recorded, in another number of partitions,
// and what has to be the same in both.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/envelope.h"
#include "runtime/event_reader.h"
#include "runtime/repartition/repartition.h"
#include "world.h"

namespace throughline::simulation {

using Deciders = std::vector<const decider::Decider*>;
// What each row says, by service, table and key; of one that several partitions have, what each
// says.
using MovedRows = std::map<std::string, std::set<std::string>>;

inline MovedRows RowsOf(World& world, const Deciders& deciders) {
  MovedRows rows;
  for (const decider::Decider* decider : deciders) {
    const std::string service(decider->service());
    for (int32_t p = 0; p < world.partitions(); ++p) {
      for (const auto& [row, value] : world.store().RowsOf({service, p})) {
        if (row.table.starts_with("_") && row.table != "_timer") continue;
        rows[service + " " + row.table + " " + row.key].insert(value);
      }
    }
  }
  return rows;
}

inline std::vector<std::string> Differences(const MovedRows& before, const MovedRows& after) {
  std::vector<std::string> different;
  for (const auto& [row, values] : before) {
    const auto found = after.find(row);
    if (found == after.end()) different.push_back(row + " is gone");
    if (found != after.end() && found->second != values) different.push_back(row + " is another");
  }
  for (const auto& [row, values] : after) {
    if (!before.contains(row)) different.push_back(row + " is new");
  }
  return different;
}

inline std::unique_ptr<World> Moved(World& from, int32_t partitions, const Deciders& deciders) {
  WorldOptions options;
  options.partitions = partitions;
  options.start = from.now();
  auto to = std::make_unique<World>(deciders, options);
  const auto moved =
      runtime::Repartition(from.log(), from.store(), to->log(),
                           {.services = deciders, .partitions = {from.partitions(), partitions}},
                           [](std::string_view, int64_t) {});
  EXPECT_TRUE(moved) << (moved ? "" : moved.error().message);
  EXPECT_TRUE(to->Settle()) << to->last_error();
  return to;
}

inline int64_t EventsIn(World& world) {
  int64_t events = 0;
  for (const auto& [place, records] : world.log().Everything()) {
    if (place.topic.starts_with("events.")) events += static_cast<int64_t>(records.size());
  }
  return events;
}

// Every event and command of `before` is found in `after` by the id that it had there.
inline void ExpectFound(World& before, World& after, const Deciders& deciders) {
  for (size_t service = 0; service < deciders.size(); ++service) {
    const auto all = before.EventsOf(service);
    for (size_t p = 0; p < all.size(); ++p) {
      for (const auto& event : all[p]) {
        const std::string id = runtime::EventId(
            deciders[service]->service(), static_cast<int32_t>(p), event.envelope().sequence());
        const auto found = runtime::FindEvent(after.log(), id);
        ASSERT_TRUE(found) << id << ", " << event.envelope().type();
        EXPECT_EQ(found->envelope.type(), event.envelope().type()) << id;
        EXPECT_EQ(found->value, event.value()) << id;
      }
    }
  }
  for (const auto& [place, records] : before.log().Everything()) {
    if (!place.topic.starts_with("inbox.")) continue;
    for (size_t i = 0; i < records.size(); ++i) {
      const auto envelope = runtime::ParseEnvelope(records[i]);
      if (!envelope || envelope->has_source_partition()) continue;
      const std::string id = runtime::RecordId(place, static_cast<int64_t>(i));
      const auto found = runtime::FindEvent(after.log(), id);
      ASSERT_TRUE(found) << id;
      EXPECT_EQ(found->value, records[i].value) << id;
    }
  }
}

}  // namespace throughline::simulation
