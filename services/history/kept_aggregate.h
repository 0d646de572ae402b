// What has a history: an aggregate, the table in which it is kept, and where its key is. Each
// service lists its own, once.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/key.h"
#include "decider/state.h"
#include "platform/access/principal.h"
#include "throughline/common/v1/history.pb.h"

namespace throughline::history {

// Which one is asked for.
struct Place {
  std::string district;
  std::string school;
  std::string team;
  std::string id;
};

// What its key is made of.
enum class At {
  kDistrict,        // district
  kInDistrict,      // district/id, on the district's own key
  kSchool,          // district/school
  kInSchool,        // district/school/id
  kTeam,            // district/school/team
  kInTeam,          // district/school/team/id
  kInTeamOrSchool,  // the same; what is of the whole school has an empty team
};

// Its rows are changed by events about the subject that is in their key, the district or the
// school, and about what that is beneath: never by what is beneath it.
struct KeptAggregate {
  common::v1::Aggregate of;
  At at;
  std::string_view table;
  // An empty row.
  const google::protobuf::Message* row;
  // The row of that key, serialized.
  std::function<std::optional<std::string>(const decider::State& state, const std::string& key)>
      find;
  // Whether the caller may read one that is, or was last, like this; empty: whoever may ask may.
  std::function<bool(const google::protobuf::Message& row, const Place& place,
                     const platform::Principal& caller)>
      may_read = {};
  // Rows of it are erased by what happens to others, which is no part of its history.
  bool erased_in_passing = false;
};

template <class Row>
KeptAggregate Kept(common::v1::Aggregate of, At at, decider::Table<Row> table) {
  return {
      of, at, table.name, &Row::default_instance(),
      [table](const decider::State& state, const std::string& key) -> std::optional<std::string> {
        const Row* row = state.Find(table, key);
        if (row == nullptr) return std::nullopt;
        return row->SerializeAsString();
      }};
}

// The same, of what is a team's though its key does not say so.
template <class Row>
KeptAggregate KeptOfTeam(common::v1::Aggregate of, At at, decider::Table<Row> table) {
  KeptAggregate kept = Kept(of, at, table);
  kept.may_read = [](const google::protobuf::Message& row, const Place& place,
                     const platform::Principal&) {
    return place.team.empty() || static_cast<const Row&>(row).team() == place.team;
  };
  return kept;
}

}  // namespace throughline::history
