#include "throughline/demo_progress.h"

namespace throughline {

namespace {

const runtime::TopicPartition kTopic{"demo.days", 0};

}  // namespace

core::Result<std::optional<core::Date>> ReadDemoProgress(runtime::Log& log) {
  auto end = log.End(kTopic);
  if (!end) return core::Refuse(end.error());
  if (*end == 0) return std::optional<core::Date>();
  auto last = log.Read(kTopic, *end - 1, 1, 1024);
  if (!last) return core::Refuse(last.error());
  return core::ParseDate(last->front().record.value);
}

core::Result<void> WriteDemoProgress(runtime::Log& log, core::Date day) {
  runtime::Record record;
  record.value = core::FormatDate(day);
  auto done = log.Append({{kTopic, {record}}});
  if (!done) return core::Refuse(done.error());
  return {};
}

}  // namespace throughline
