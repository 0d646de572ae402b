#include "throughline/history.h"

#include "platform/host/service_program.h"
#include "runtime/embedded/sqlite_history.h"
#include "runtime/kafka/kafka_log.h"

namespace throughline {

namespace {

core::Error NothingToRead() {
  return {core::Code::kInvalidArgument, "NOTHING_TO_READ",
          "Give --data DIR for the journal in a directory, or --kafka; not both.", "data"};
}

}  // namespace

core::Result<std::unique_ptr<runtime::RecordReader>> OpenHistory(
    const std::string& data, const platform::ServingOptions& kafka) {
  if (data.empty() == kafka.kafka.empty()) return core::Refuse(NothingToRead());
  if (!data.empty()) {
    auto history = runtime::SqliteHistory::Open(data);
    if (!history) return core::Refuse(history.error());
    return std::unique_ptr<runtime::RecordReader>(std::move(*history));
  }
  auto settings = platform::KafkaSettingsOf(kafka);
  if (!settings) return core::Refuse(settings.error());
  auto log = runtime::kafka::KafkaLog::Open(*settings, platform::EndProcess);
  if (!log) return core::Refuse(log.error());
  return std::unique_ptr<runtime::RecordReader>(std::move(*log));
}

}  // namespace throughline
