// What the services show in histories: every aggregate that there is, and of numbers those that
// people write. A number that is made of results of students has no place here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "cycles/aggregates.h"
#include "evidence/aggregates.h"
#include "history/field_changes.h"
#include "notifications/aggregates.h"
#include "plans/aggregates.h"

namespace throughline {
namespace {

using history::KeptAggregate;
using testing::ContainerEq;
using testing::IsEmpty;

std::map<std::string, std::vector<KeptAggregate>> OfServices() {
  return {{"plans", plans::KeptAggregates()},
          {"evidence", evidence::KeptAggregates()},
          {"cycles", cycles::KeptAggregates()},
          {"notifications", notifications::KeptAggregates()}};
}

TEST(Histories, EveryAggregateIsKeptByTheServiceThatIsSaid) {
  const auto& all = *common::v1::Aggregate_descriptor();
  std::map<std::string, std::set<std::string>> said, kept;
  for (int i = 1; i < all.value_count(); ++i) {
    said[all.value(i)->options().GetExtension(common::v1::kept_by)].insert(all.value(i)->name());
  }
  for (const auto& [service, aggregates] : OfServices()) {
    for (const auto& one : aggregates) {
      kept[service].insert(common::v1::Aggregate_Name(one.of));
    }
  }
  EXPECT_THAT(kept, ContainerEq(said));
}

TEST(Histories, NumbersInThemAreThoseThatPeopleWrite) {
  std::set<std::string> numbers;
  for (const auto& [service, aggregates] : OfServices()) {
    for (const auto& one : aggregates) {
      const auto& row = *one.row->GetDescriptor();
      for (const auto& number : history::NumbersShown(row)) {
        numbers.insert(row.name() + ' ' + number);
      }
    }
  }
  // Of a policy all are.
  std::erase_if(numbers, [](const auto& one) { return one.starts_with("District policy."); });
  const std::set<std::string> written = {
      "Cycle number",
  };
  EXPECT_THAT(numbers, ContainerEq(written));
}

}  // namespace
}  // namespace throughline
