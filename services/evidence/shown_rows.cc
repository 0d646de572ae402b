#include "evidence/shown_rows.h"

#include "core/ids.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Result;

Result<plans::v1::District> DistrictIn(const runtime::Rows& rows, const std::string& district) {
  if (!core::IsId(district)) return core::Refuse(IdInvalid("district"));
  auto found = rows.Get(kDistricts, district, district);
  if (!found) return core::Refuse(found.error());
  if (!*found) return core::Refuse(DistrictUnknown(district));
  return **found;
}

Result<int64_t> SmallestCellIn(const runtime::Rows& rows, const plans::v1::District& then) {
  auto now = DistrictIn(rows.now(), then.district());
  if (!now) return core::Refuse(now.error());
  return disclosure::SmallestCell(then.policy(), now->policy());
}

}  // namespace throughline::evidence
