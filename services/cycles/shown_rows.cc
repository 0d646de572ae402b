#include "cycles/shown_rows.h"

#include "cycles/domain/errors.h"
#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"

namespace throughline::cycles {

using core::Result;

Result<plans::v1::District> DistrictIn(const runtime::Rows& rows, const std::string& district) {
  auto row = rows.Get(district::kDistricts, district, district);
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(DistrictUnknown(district));
  return *std::move(*row);
}

Result<int64_t> SmallestCellIn(const runtime::Rows& rows, const std::string& district) {
  auto then = DistrictIn(rows, district);
  if (!then) return core::Refuse(then.error());
  auto now = DistrictIn(rows.now(), district);
  if (!now) return core::Refuse(now.error());
  return disclosure::SmallestCell(then->policy(), now->policy());
}

Result<void> Hide(const runtime::Rows& rows, const std::string& district,
                  google::protobuf::Message& response) {
  auto smallest = SmallestCellIn(rows, district);
  if (!smallest) return core::Refuse(smallest.error());
  disclosure::HideSmallCells(response, *smallest);
  return {};
}

}  // namespace throughline::cycles
