// Results that were set aside, as they came, over an erasure: what is sealed with the district's
// key of before opens no more, so those of other students are sealed anew.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "evidence/student_privacy.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::evidence {

class KeptOriginals {
 public:
  // Opens those of a district, but for students of these pseudonyms.
  static core::Result<KeptOriginals> Open(const std::string& district,
                                          const std::set<std::string>& but,
                                          const StudentPrivacy& privacy, const runtime::Rows& rows);
  // Puts them back, sealed with the district's key of now.
  core::Result<void> PutBack(const StudentPrivacy& privacy, runtime::Commands& commands) const;

 private:
  struct Original {
    std::string school, entry, text;
  };
  std::string district_;
  std::vector<Original> originals_;  // in order of school
};

// The text of a result that was set aside, as it came; nullopt: it can be opened no more. What was
// sealed before there was a vault opens while `erased_nobody`: then the district never erased a
// student.
std::optional<std::string> OpenOriginal(const StudentPrivacy& privacy, bool erased_nobody,
                                        const v1::QuarantinedResult& entry);
// Whether no student of the district was ever erased.
core::Result<bool> ErasedNobody(const std::string& district, const runtime::Rows& rows);

}  // namespace throughline::evidence
