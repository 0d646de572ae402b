#include "evidence/had_students.h"

#include <string>

#include "core/key.h"
#include "evidence/domain/tables.h"
#include "runtime/envelope.h"
#include "runtime/errors.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr char kService[] = "evidence";

// Of a store that loses nothing by itself; of others the rows say it.
Result<void> CheckIsWhole(int32_t partition, runtime::Log& log, runtime::Store& store) {
  if (store.IsVolatile()) return {};
  auto end = log.End({runtime::EventsTopic(kService), partition});
  if (!end) return core::Refuse(end.error());
  auto stored = store.Head({kService, partition});
  if (!stored) return core::Refuse(stored.error());
  runtime::v1::Head head;
  if (*stored && !head.ParseFromString(**stored))
    return core::Refuse(runtime::BeingRebuilt(kService));
  if (head.log_end() + head.outbox_size() < *end) {
    return core::Refuse(runtime::BeingRebuilt(kService));
  }
  return {};
}

}  // namespace

Result<bool> HadStudents(std::string_view district, runtime::Log& log, runtime::Store& store,
                         const runtime::Rows& rows, int32_t partitions) {
  for (int32_t partition = 0; partition < partitions; ++partition) {
    auto whole = CheckIsWhole(partition, log, store);
    if (!whole) return core::Refuse(whole.error());
  }
  auto found = rows.ScanAll(kStudents, core::JoinKey(district, ""), "", 1);
  if (!found) return core::Refuse(found.error());
  return !found->empty();
}

}  // namespace throughline::evidence
