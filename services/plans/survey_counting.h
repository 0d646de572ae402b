// Counts rounds of surveys that have ended, and destroys their keys: for the partitions that this
// process runs it opens the ballots, has recorded what they came to, and, once that is on record,
// destroys the key. One thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "plans/survey_keys.h"
#include "runtime/rows.h"
#include "runtime/service.h"
#include "throughline/plans/v1/survey.pb.h"

namespace throughline::plans {

// What the round came to, of the ballots that are on record and that its key opens.
core::Result<v1::SurveyResults> CountRound(const RoundPlace& place, const runtime::Rows& rows,
                                           SurveyKeys& keys);
// Destroys the keys of all rounds that are counted or cancelled.
core::Result<void> DestroyKeysOfPast(const runtime::Rows& rows, SurveyKeys& keys);

class SurveyCounting {
 public:
  // The parts must outlive this.
  SurveyCounting(runtime::Service& service, SurveyKeys& keys,
                 std::chrono::milliseconds look_every = std::chrono::seconds(5));
  ~SurveyCounting();

  // Begins nothing more.
  void Stop();

 private:
  void Run();
  void GoRound();
  core::Result<void> CountIn(int32_t partition);
  bool stopping();

  runtime::Service& service_;
  const runtime::Rows rows_;
  SurveyKeys& keys_;
  const std::chrono::milliseconds look_every_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace throughline::plans
