#include "platform/tracing/span_exporter.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "runtime/guarded.h"

namespace throughline::platform {

SpanExporter::SpanExporter(std::unique_ptr<SpanReceiver> receiver, TracedProgram program,
                           ExportPace pace)
    : receiver_(std::move(receiver)),
      program_(std::move(program)),
      pace_(pace),
      thread_([this] { Run(); }) {}

SpanExporter::~SpanExporter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_by_ = Steady::now() + pace_.last_words;
  }
  wake_.notify_all();
  thread_.join();
}

void SpanExporter::Add(runtime::Span span) {
  bool full = false;
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= pace_.queued_at_most) {
      ++overflowed_;
      return;
    }
    queue_.push_back(std::move(span));
    full = queue_.size() == pace_.batch_at_most;
  }
  if (full) wake_.notify_one();
}

void SpanExporter::Run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, pace_.every,
                     [&] { return stopping_ || queue_.size() >= pace_.batch_at_most; });
      if (stopping_ && (queue_.empty() || Steady::now() >= stop_by_)) {
        refused_ += static_cast<int64_t>(queue_.size());
        return;
      }
    }
    const std::vector<runtime::Span> spans = Next();
    if (!spans.empty()) runtime::Guarded("traces", [&] { Send(spans); });
  }
}

std::vector<runtime::Span> SpanExporter::Next() {
  std::vector<runtime::Span> spans;
  std::lock_guard lock(mutex_);
  const size_t count = std::min(queue_.size(), pace_.batch_at_most);
  std::move(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count),
            std::back_inserter(spans));
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
  return spans;
}

void SpanExporter::Send(const std::vector<runtime::Span>& spans) {
  const otlp::ExportTraceServiceRequest request = ToOtlp(program_, spans);
  auto answer = SpanReceiver::Answer::kTryAgain;
  auto pause = pace_.shortest_pause;
  for (int attempt = 1; answer == SpanReceiver::Answer::kTryAgain; ++attempt) {
    answer = receiver_->Send(request);
    if (answer != SpanReceiver::Answer::kTryAgain) break;
    if (attempt == pace_.attempts || !Pause(pause)) break;
    pause *= 2;
  }
  std::lock_guard lock(mutex_);
  if (answer == SpanReceiver::Answer::kTaken) {
    exported_ += static_cast<int64_t>(spans.size());
  } else {
    if (refused_ == 0) spdlog::warn("traces: the receiver does not take spans; they are dropped");
    refused_ += static_cast<int64_t>(spans.size());
  }
}

bool SpanExporter::Pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [&] { return stopping_; });
}

void SpanExporter::AppendTo(std::vector<Reading>& readings) const {
  std::lock_guard lock(mutex_);
  readings.push_back(
      {MetricNamed("throughline_spans_exported_total"), {}, static_cast<double>(exported_)});
  readings.push_back({MetricNamed("throughline_spans_dropped_total"),
                      {"queue_full"},
                      static_cast<double>(overflowed_)});
  readings.push_back(
      {MetricNamed("throughline_spans_dropped_total"), {"refused"}, static_cast<double>(refused_)});
  readings.push_back(
      {MetricNamed("throughline_spans_waiting"), {}, static_cast<double>(queue_.size())});
}

}  // namespace throughline::platform
