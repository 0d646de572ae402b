#include "runtime/past.h"

#include <utility>

#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"
#include "runtime/partitioner.h"
#include "runtime/rows.h"

namespace throughline::runtime {

using core::Result;

namespace {

StateAsOf::Observer Watching(const RowWatch& watch, std::string_view service, int32_t partition) {
  return
      [&watch, service, partition, last = std::optional<std::string>()](
          const v1::Packed& event, const v1::Packed& first, const decider::State& state) mutable {
        std::optional<std::string> now = watch.row(state);
        if (now == last) return;
        std::swap(now, last);
        watch.changed({EventIdOf(service, partition, event.envelope()), event, first.envelope(),
                       std::move(now), last});
      };
}

}  // namespace

Past::Past(Log& log, const decider::Decider& decider, const Clock& clock, int32_t partitions,
           PastOptions options)
    : log_(log), decider_(decider), clock_(clock), partitions_(partitions), options_(options) {}

Past::~Past() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  asked_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const PastQuestion& question : questions_) {
    Guarded("a question about the past",
            [&] { question.answer(core::Refuse(Stopping(decider_.service()))); });
  }
}

void Past::Ask(PastQuestion question) {
  {
    std::unique_lock lock(mutex_);
    if (question.moment == core::Instant()) question.moment = clock_.Now();
    if (question.moment > clock_.Now()) {
      lock.unlock();
      return question.answer(core::Refuse(AsOfInFuture()));
    }
    if (questions_.size() >= options_.waiting_at_most) {
      lock.unlock();
      return question.answer(core::Refuse(TooManyAsOf()));
    }
    questions_.push_back(std::move(question));
    if (!thread_.joinable()) thread_ = std::thread([this] { Work(); });
  }
  asked_.notify_one();
}

void Past::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto any = [this] { return stopping_ || !questions_.empty(); };
    if (last_ == nullptr) {
      asked_.wait(lock, any);
    } else if (!asked_.wait_for(lock, options_.keep, any)) {
      last_.reset();
      continue;
    }
    if (stopping_) return;
    const PastQuestion question = std::move(questions_.front());
    questions_.pop_front();
    lock.unlock();
    if (!Guarded("a question about the past", [&] { Answer(question); })) last_.reset();
    lock.lock();
  }
}

void Past::Answer(const PastQuestion& question) {
  auto rows = RowsOf(question);
  // What was folded when nobody waited any more counts when the same is asked again.
  const bool keeps = rows || rows.error().reason == AsOfAbandoned().reason;
  question.answer(std::move(rows));
  if (!keeps || question.watch) last_.reset();
  if (last_) last_->AbandonWhen({});
}

Result<Rows> Past::RowsOf(const PastQuestion& question) {
  const auto is_unwanted = [this, &question] {
    if (question.is_unwanted && question.is_unwanted()) return true;
    std::lock_guard lock(mutex_);
    return stopping_;
  };
  const bool is_kept = !question.watch && last_ && last_->moment() == question.moment &&
                       last_->subject() == question.subject;
  if (!is_kept) {
    last_.reset();  // before the next one takes its memory
    last_ = std::make_unique<StateAsOf>(log_, decider_, question.moment, question.subject,
                                        question.watch ? AlsoFolded::kAbove : AlsoFolded::kBeneath,
                                        options_.bytes_at_most);
  }
  last_->AbandonWhen(is_unwanted);
  const int32_t partition = PartitionOf(question.subject, partitions_);
  if (question.watch) last_->Observe(Watching(*question.watch, decider_.service(), partition));
  auto beginning = last_->Beginning(partition);
  last_->Observe({});
  if (!beginning) return core::Refuse(beginning.error());
  if (*beginning && **beginning > question.moment) {
    return core::Refuse(AsOfTooEarly(question.subject, **beginning));
  }
  return Rows(*last_, std::string(decider_.service()), partitions_);
}

}  // namespace throughline::runtime
