// What a roster says, without who it says it of: students are entered in the identity vault, and
// only their pseudonyms go on, in an order that says nothing of the roster's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "evidence/student_privacy.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// Whether the vault can put it on record: 1 to 255 bytes.
bool IsStudentId(std::string_view id);

// On the way of a roster, one call, to the commands.
class HiddenRosters final : public runtime::Commands {
 public:
  // The parts must outlive this; it may be gone before a command is answered.
  HiddenRosters(const StudentPrivacy& privacy, runtime::Commands& commands)
      : privacy_(privacy), commands_(commands) {}

  // Enters the students of a roster and puts pseudonyms in place of their ids, in order of those;
  // display names are taken out. The request id becomes one of these very pseudonyms: after an
  // erasure the same roster is another one, which is taken in anew. ID_INVALID for an id that
  // cannot be put on record; the errors of the vault.
  std::optional<core::Error> Hide(v1::UpdateRosterRequest& roster);

  // A refusal names the places that students had in the request.
  void Submit(const google::protobuf::Message& command, const runtime::RequestKey& key,
              runtime::AnswerCallback done) override;

 private:
  const StudentPrivacy& privacy_;
  runtime::Commands& commands_;
  std::vector<int> students_, moves_;  // where those of the hidden one stood
};

// The same for whole lists of classes, which put nobody on record. Says with them whom of the
// school's students were erased; not in a district that had students before there was a vault,
// where who is not on record may only not have been named since. UNAVAILABLE when the journal
// cannot be read.
std::optional<core::Error> HideLists(const StudentPrivacy& privacy, const runtime::Rows& rows,
                                     v1::EndMissingEnrolmentsRequest& lists);

}  // namespace throughline::evidence
