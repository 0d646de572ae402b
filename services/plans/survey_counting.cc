#include "plans/survey_counting.h"

#include <spdlog/spdlog.h>

#include <map>

#include "plans/domain/errors.h"
#include "plans/domain/survey_results.h"
#include "plans/domain/tables.h"
#include "runtime/guarded.h"
#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::plans {

using core::Result;

namespace {

constexpr size_t kAtOnce = 1000;

std::string KeyOf(const RoundPlace& place) {
  return JoinKey(place.district, place.school, place.round);
}

bool IsPast(const v1::SurveyRound& round) {
  return round.state() == v1::SURVEY_STATE_COUNTED || round.state() == v1::SURVEY_STATE_CANCELLED;
}

// Ballots that the key opens, and how many there are that it does not.
struct Opened {
  std::vector<v1::SurveyBallot> ballots;
  int unreadable = 0;
};

Result<Opened> OpenBallots(const RoundPlace& place, const std::optional<RoundKey>& key,
                           const runtime::Rows& rows) {
  const std::string prefix = JoinKey(KeyOf(place), "");
  Opened opened;
  std::string after;
  while (true) {
    auto page = rows.Scan(kSurveyBallots, core::Key{place.district, place.school}.Text(), prefix,
                          after, kAtOnce);
    if (!page) return core::Refuse(page.error());
    for (const auto& [row_key, row] : *page) {
      auto ballot = key ? key->Open(std::string_view(row_key).substr(prefix.size()), row.sealed())
                        : std::nullopt;
      if (ballot) {
        opened.ballots.push_back(*std::move(ballot));
      } else {
        ++opened.unreadable;
      }
    }
    if (page->size() < kAtOnce) return opened;
    after = page->back().first;
  }
}

}  // namespace

Result<v1::SurveyResults> CountRound(const RoundPlace& place, const runtime::Rows& rows,
                                     SurveyKeys& keys) {
  auto round = rows.Get(kSurveys, core::Key{place.district, place.school}.Text(), KeyOf(place));
  if (!round) return core::Refuse(round.error());
  if (!*round) return core::Refuse(SurveyUnknown(place.round));
  auto key = keys.Find(place);
  if (!key) return core::Refuse(key.error());
  auto opened = OpenBallots(place, *key, rows);
  if (!opened) return core::Refuse(opened.error());
  if (opened->ballots.empty() && opened->unreadable > 0) return ResultsWithoutKey(**round);
  if (opened->unreadable > 0) {
    spdlog::warn("plans: {} answers of survey {} cannot be opened and are not counted",
                 opened->unreadable, place.round);
  }
  return ResultsOf(**round, opened->ballots);
}

Result<void> DestroyKeysOfPast(const runtime::Rows& rows, SurveyKeys& keys) {
  auto places = keys.Rounds();
  if (!places) return core::Refuse(places.error());
  std::map<std::string, std::vector<RoundPlace>> past;
  for (RoundPlace& place : *places) {
    auto round = rows.Get(kSurveys, core::Key{place.district, place.school}.Text(), KeyOf(place));
    if (!round) return core::Refuse(round.error());
    if (*round && IsPast(**round)) past[place.district].push_back(std::move(place));
  }
  for (const auto& [district, of_district] : past) {
    if (auto destroyed = keys.Destroy(district, of_district); !destroyed) return destroyed;
  }
  return {};
}

SurveyCounting::SurveyCounting(runtime::Service& service, SurveyKeys& keys,
                               std::chrono::milliseconds look_every)
    : service_(service),
      rows_(service.rows()),
      keys_(keys),
      look_every_(look_every),
      thread_([this] { Run(); }) {}

SurveyCounting::~SurveyCounting() {
  Stop();
  thread_.join();
}

void SurveyCounting::Stop() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool SurveyCounting::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void SurveyCounting::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    runtime::Guarded("plans: the counting of surveys", [this] { GoRound(); });
    lock.lock();
    changed_.wait_for(lock, look_every_, [this] { return stopping_; });
  }
}

// What fails waits for the next time; nothing behind it does.
void SurveyCounting::GoRound() {
  const auto say = [](const Result<void>& done) {
    if (!done) spdlog::warn("plans: surveys are counted later: {}", done.error().message);
  };
  for (int32_t partition = 0; partition < service_.partitions(); ++partition) {
    if (stopping()) return;
    if (service_.Runs(partition)) say(CountIn(partition));
  }
  say(DestroyKeysOfPast(rows_, keys_));
}

// What is not on record when the next round begins is counted again, and comes to the same.
Result<void> SurveyCounting::CountIn(int32_t partition) {
  auto uncounted = rows_.ScanIn(partition, kUncountedSurveys, "", "", kAtOnce);
  if (!uncounted) return core::Refuse(uncounted.error());
  for (const auto& [key, row] : *uncounted) {
    auto results = CountRound({row.district(), row.school(), row.round()}, rows_, keys_);
    if (!results) return core::Refuse(results.error());
    v1::RecordSurveyResultsRequest record;
    *record.mutable_results() = *std::move(results);
    service_.Submit(record, {}, [](const Result<std::string>& answer) {
      if (!answer) spdlog::warn("plans: a survey is recorded later: {}", answer.error().message);
    });
  }
  return {};
}

}  // namespace throughline::plans
