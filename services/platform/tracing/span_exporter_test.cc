#include "platform/tracing/span_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <semaphore>

namespace throughline::platform {
namespace {

using namespace std::chrono_literals;
using Answer = SpanReceiver::Answer;

// Answers as it is told to, and keeps how many spans it was sent.
struct Told {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Answer> answers;  // when they are used up: kTaken
  std::vector<int> sent;
  bool corked = false;

  void WaitForSent(size_t requests) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 1min, [&] { return sent.size() >= requests; }));
  }
  void Uncork() {
    {
      std::lock_guard lock(mutex);
      corked = false;
    }
    changed.notify_all();
  }
};

class FakeReceiver : public SpanReceiver {
 public:
  explicit FakeReceiver(Told& told) : told_(told) {}
  Answer Send(const otlp::ExportTraceServiceRequest& request) override {
    std::unique_lock lock(told_.mutex);
    told_.sent.push_back(request.resource_spans(0).scope_spans(0).spans_size());
    told_.changed.notify_all();
    told_.changed.wait(lock, [&] { return !told_.corked; });
    if (told_.answers.empty()) return Answer::kTaken;
    const Answer answer = told_.answers.front();
    told_.answers.pop_front();
    return answer;
  }

 private:
  Told& told_;
};

class SpanExporterTest : public testing::Test {
 protected:
  void Open(ExportPace pace) {
    exporter_ = std::make_unique<SpanExporter>(std::make_unique<FakeReceiver>(told_),
                                               TracedProgram{}, pace);
  }
  void Add(int spans) {
    for (int i = 0; i < spans; ++i) exporter_->Add({});
  }
  // What it says of itself, by the metric and its label.
  std::map<std::string, double> Counts() {
    std::vector<Reading> readings;
    exporter_->AppendTo(readings);
    std::map<std::string, double> counts;
    for (const Reading& reading : readings) {
      const std::string label = reading.labels.empty() ? "" : " " + reading.labels.front();
      counts[std::string(reading.metric->name) + label] = reading.value;
    }
    return counts;
  }
  void WaitForCount(const std::string& name, double count) {
    const auto until = std::chrono::steady_clock::now() + 1min;
    while (Counts()[name] != count && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    EXPECT_EQ(Counts()[name], count);
  }

  Told told_;
  std::unique_ptr<SpanExporter> exporter_;
};

constexpr char kExported[] = "throughline_spans_exported_total";
constexpr char kRefused[] = "throughline_spans_dropped_total refused";
constexpr char kOverflowed[] = "throughline_spans_dropped_total queue_full";

TEST_F(SpanExporterTest, AFullBatchIsSentAtOnce) {
  Open({.batch_at_most = 10, .every = 1h});
  Add(10);
  told_.WaitForSent(1);
  WaitForCount(kExported, 10);
}

TEST_F(SpanExporterTest, WhatIsQueuedIsSentOnTheWayOut) {
  Open({.every = 1h});
  Add(3);
  exporter_.reset();
  EXPECT_THAT(told_.sent, testing::ElementsAre(3));
}

TEST_F(SpanExporterTest, WhatMayBeTakenLaterIsSentAgain) {
  told_.answers = {Answer::kTryAgain, Answer::kTryAgain};
  Open({.batch_at_most = 2, .every = 1h, .shortest_pause = 1ms});
  Add(2);
  told_.WaitForSent(3);
  WaitForCount(kExported, 2);
}

TEST_F(SpanExporterTest, WhatIsRefusedOrNeverTakenIsDroppedAndCounted) {
  told_.answers = {Answer::kRefused, Answer::kTryAgain, Answer::kTryAgain};
  Open({.batch_at_most = 2, .every = 1h, .attempts = 2, .shortest_pause = 1ms});
  Add(2);
  WaitForCount(kRefused, 2);
  Add(2);
  WaitForCount(kRefused, 4);
  EXPECT_EQ(told_.sent.size(), 3);
}

TEST_F(SpanExporterTest, NobodyWaitsForAReceiverThatHangs) {
  told_.corked = true;
  Open({.queued_at_most = 5, .batch_at_most = 1, .every = 1h});
  Add(1);
  told_.WaitForSent(1);
  Add(7);  // returns, although the receiver does not
  EXPECT_EQ(Counts()[kOverflowed], 2);
  EXPECT_EQ(Counts()["throughline_spans_waiting"], 5);
  told_.Uncork();
}

}  // namespace
}  // namespace throughline::platform
