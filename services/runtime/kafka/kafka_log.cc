#include "runtime/kafka/kafka_log.h"

#include <latch>

namespace throughline::runtime::kafka {

using core::Result;

Result<std::unique_ptr<KafkaLog>> KafkaLog::Open(const Settings& settings, FatalHandler fatal) {
  std::unique_ptr<KafkaLog> log(new KafkaLog());
  log->settings_ = settings;
  log->fatal_ = std::move(fatal);
  auto history = History::Make(settings, log->fatal_);
  if (!history) return core::Refuse(history.error());
  log->history_ = std::move(*history);
  auto apart = History::Make(settings, log->fatal_);
  if (!apart) return core::Refuse(apart.error());
  log->apart_ = std::move(*apart);
  auto producer = Producer::Make(settings, log->fatal_);
  if (!producer) return core::Refuse(producer.error());
  log->producer_ = std::move(*producer);
  return log;
}

Tail* KafkaLog::FindTail(const std::string& topic) {
  std::shared_lock lock(tails_mutex_);
  const auto found = tails_.find(topic);
  return found == tails_.end() ? nullptr : found->second.get();
}

Result<Tail*> KafkaLog::TailOf(const std::string& topic) {
  if (Tail* tail = FindTail(topic)) return tail;
  std::unique_lock lock(tails_mutex_);
  if (const auto found = tails_.find(topic); found != tails_.end()) return found->second.get();
  auto made = Tail::Make(settings_, fatal_, [this](const TopicPartition& at) { OnAppended(at); });
  if (!made) return core::Refuse(made.error());
  if (interrupted_) (*made)->Interrupt();
  return tails_.emplace(topic, std::move(*made)).first->second.get();
}

void KafkaLog::Note(const AppendTo& batch, const Stretch& at) {
  if (Tail* tail = FindTail(batch.to.topic)) tail->Appended(batch, at);
  OnAppended(batch.to);
}

void KafkaLog::AppendAsync(AppendTo batch, Appended done) {
  auto kept = std::make_shared<AppendTo>(std::move(batch));
  producer_->Append(*kept, [this, kept, done = std::move(done)](Result<Stretch> at) {
    if (at) Note(*kept, *at);
    done(std::move(at));
  });
}

Result<std::vector<Stretch>> KafkaLog::Append(const std::vector<AppendTo>& batches) {
  // Shared, because the thread that counts down may still be in there when this one has gone on.
  auto done = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(batches.size()));
  std::vector<Result<Stretch>> answers(batches.size());
  for (size_t i = 0; i < batches.size(); ++i) {
    producer_->Append(batches[i], [&batches, &answers, i, done, this](Result<Stretch> at) {
      if (at) Note(batches[i], *at);
      answers[i] = std::move(at);
      done->count_down();
    });
  }
  done->wait();
  std::vector<Stretch> stretches;
  for (const Result<Stretch>& at : answers) {
    if (!at) return core::Refuse(at.error());
    stretches.push_back(*at);
  }
  return stretches;
}

Result<std::vector<StoredRecord>> KafkaLog::Read(const TopicPartition& from, int64_t offset,
                                                 size_t max_records, size_t max_bytes) {
  auto tail = TailOf(from.topic);
  if (!tail) return core::Refuse(tail.error());
  std::optional<int64_t> missing;
  auto records = (*tail)->Read(from, offset, max_records, max_bytes, missing);
  if (!missing) return records;
  return history_->Read(from, offset, *missing, max_records, max_bytes);
}

Result<std::vector<StoredRecord>> KafkaLog::ReadHistory(const TopicPartition& from, int64_t offset,
                                                        size_t max_records, size_t max_bytes) {
  auto end = End(from);
  if (!end) return core::Refuse(end.error());
  if (offset >= *end) return std::vector<StoredRecord>();
  return apart_->Read(from, offset, *end, max_records, max_bytes);
}

Result<int64_t> KafkaLog::End(const TopicPartition& of) {
  auto tail = TailOf(of.topic);
  if (!tail) return core::Refuse(tail.error());
  return (*tail)->End(of);
}

void KafkaLog::Expect(const TopicPartition& of, int64_t end) {
  if (Tail* tail = FindTail(of.topic)) tail->Expect(of, end);
}

int KafkaLog::Listen(std::function<void(const TopicPartition&)> wake) {
  std::unique_lock lock(listeners_mutex_);
  listeners_[next_listener_] = std::move(wake);
  return next_listener_++;
}

void KafkaLog::Unlisten(int listener) {
  std::unique_lock lock(listeners_mutex_);
  listeners_.erase(listener);
}

void KafkaLog::OnAppended(const TopicPartition& at) {
  std::shared_lock lock(listeners_mutex_);
  for (const auto& [id, wake] : listeners_) wake(at);
}

void KafkaLog::Interrupt() {
  {
    std::unique_lock lock(tails_mutex_);
    interrupted_ = true;
    for (const auto& [topic, tail] : tails_) tail->Interrupt();
  }
  history_->Interrupt();
  apart_->Interrupt();
  producer_->Interrupt();
}

}  // namespace throughline::runtime::kafka
