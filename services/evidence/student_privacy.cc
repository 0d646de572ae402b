#include "evidence/student_privacy.h"

namespace throughline::evidence {

core::Result<SecretConcealment> StudentPrivacy::ConcealmentIn(std::string_view district) const {
  auto keys = vault->In(district);
  if (!keys) return core::Refuse(keys.error());
  return SecretConcealment((*keys)->naming());
}

}  // namespace throughline::evidence
