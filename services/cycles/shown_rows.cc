#include "cycles/shown_rows.h"

#include "cycles/domain/errors.h"
#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"

namespace throughline::cycles {

using core::Result;

namespace {

Result<common::v1::Policy> PolicyIn(const runtime::Rows& rows, const std::string& district) {
  auto row = rows.Get(district::kDistricts, district, district);
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(DistrictUnknown(district));
  return (*row)->policy();
}

}  // namespace

Result<void> Hide(const runtime::Rows& rows, const std::string& district,
                  google::protobuf::Message& response) {
  auto then = PolicyIn(rows, district);
  if (!then) return core::Refuse(then.error());
  auto now = PolicyIn(rows.now(), district);
  if (!now) return core::Refuse(now.error());
  disclosure::HideSmallCells(response, disclosure::SmallestCell(*then, *now));
  return {};
}

}  // namespace throughline::cycles
