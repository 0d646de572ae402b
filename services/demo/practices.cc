#include "demo/practices.h"

#include <algorithm>

#include "demo/calls.h"
#include "demo/lines.h"

namespace throughline::demo {

using core::Result;
using cycles::v1::PracticesService;

Result<void> DemoLibrary::Live(core::Date day) {
  for (const DemoPractice& practice : script_.practices) {
    if (day != practice.published_on) continue;
    if (auto done = Publish(practice); !done) return done;
    if (practice.is_also.empty()) continue;
    if (auto done = Merge(practice); !done) return done;
  }
  return {};
}

Result<void> DemoLibrary::Publish(const DemoPractice& practice) {
  cycles::v1::UpsertPracticeRequest written;
  written.set_request_id("demo/practice/" + practice.practice.practice());
  *written.mutable_practice() = practice.practice;
  written.mutable_practice()->set_district(script_.district);
  auto upserted =
      Do(practice.place, *connection_.practices, &PracticesService::Stub::UpsertPractice, written);
  if (!upserted) return upserted;
  cycles::v1::PublishPracticeRequest publish;
  publish.set_request_id("demo/publish/" + practice.practice.practice());
  publish.set_district(script_.district);
  publish.set_practice(practice.practice.practice());
  auto published = CallFor(practice.place, *connection_.practices,
                           &PracticesService::Stub::PublishPractice, publish);
  if (!published) return core::Refuse(published.error());
  PrintLine(practice.published_on, "library",
            fmt::format("{} is published in {}", practice.practice.name(), script_.district));
  return {};
}

// The names by which teams wrote it made drafts.
Result<void> DemoLibrary::Merge(const DemoPractice& practice) {
  cycles::v1::ListPracticesRequest list;
  list.set_district(script_.district);
  auto known = CallPages(*connection_.practices, &PracticesService::Stub::ListPractices, list);
  if (!known) return core::Refuse(known.error());
  for (const cycles::v1::PracticeSummary& one : known->practices()) {
    const auto& name = one.practice().name();
    const auto& also = practice.is_also;
    if (std::find(also.begin(), also.end(), name) == also.end()) continue;
    cycles::v1::MergePracticeRequest merge;
    merge.set_request_id("demo/merge/" + one.practice().practice());
    merge.set_district(script_.district);
    merge.set_practice(one.practice().practice());
    merge.set_into(practice.practice.practice());
    auto merged =
        Do(practice.place, *connection_.practices, &PracticesService::Stub::MergePractice, merge);
    if (!merged) return merged;
    PrintLine(practice.published_on, "library",
              fmt::format("\"{}\" is the same as {}", name, practice.practice.name()));
  }
  return {};
}

}  // namespace throughline::demo
