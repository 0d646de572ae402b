#include "kafka/load.h"

#include "core/date.h"

namespace throughline::bench {

using std::chrono::days;

namespace {

std::chrono::sys_days SchoolDay() {
  const auto today = std::chrono::floor<days>(std::chrono::system_clock::now());
  const unsigned day = std::chrono::weekday(today).iso_encoding();
  return day > 5 ? today - days(day - 5) : today;
}

std::chrono::sys_days FirstDay() {
  const auto day = SchoolDay();
  return day - days(13 + std::chrono::weekday(day).iso_encoding());
}

// Another school day of the cycles so far, each time that every student had a result.
std::string DayInWindow(int64_t results) {
  const auto so_far = (SchoolDay() - FirstDay()).count();
  const int64_t school_days = so_far / 7 * 5 + so_far % 7 + 1;
  const int64_t day = results / (kSchools * kClasses * kStudents) % school_days;
  return core::FormatDate(FirstDay() + days(day / 5 * 7 + day % 5));
}

}  // namespace

std::string CycleStart() { return core::FormatDate(FirstDay()); }

std::string Today() { return core::FormatDate(SchoolDay()); }

double SecondsSince(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

struct Pushes::Call {
  grpc::ClientContext context;
  evidence::v1::IngestResultsRequest request;
  evidence::v1::IngestResultsResponse response;
};

void Pushes::Push(const evidence::v1::IngestResultsRequest& request) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return under_way_ < at_most_; });
    ++under_way_;
  }
  auto* call = new Call{{}, request, {}};
  call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  connection_.evidence->async()->IngestResults(&call->context, &call->request, &call->response,
                                               [this, call](grpc::Status status) {
                                                 delete call;
                                                 Done(status);
                                               });
}

void Pushes::Done(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  --under_way_;
  if (!status.ok() && failure_.empty()) failure_ = status.error_message();
  changed_.notify_all();
}

void Pushes::Finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return under_way_ == 0; });
  if (!failure_.empty()) throw std::runtime_error(std::exchange(failure_, ""));
}

std::vector<evidence::v1::IngestResultsRequest> Batches::Next(int batches, bool in_window) {
  std::vector<evidence::v1::IngestResultsRequest> made;
  while (static_cast<int>(made.size()) < batches) {
    const int64_t number = next_++;
    if (number % kSchools >= kLoadedSchools) continue;
    made.push_back(Batch(number, kBatch,
                         in_window ? DayInWindow(number * kBatch) : PastDate(number * kBatch)));
  }
  return made;
}

}  // namespace throughline::bench
