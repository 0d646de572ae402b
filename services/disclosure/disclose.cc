#include "disclosure/disclose.h"

#include <google/protobuf/descriptor.h>

#include <functional>

#include "core/statistics/suppression.h"
#include "disclosure/finding_sentence.h"
#include "disclosure/rounding.h"
#include "disclosure/smallest_cell.h"
#include "throughline/common/v1/access.pb.h"
#include "throughline/cycles/v1/visit_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/plans/v1/survey_events.pb.h"

namespace throughline::disclosure {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

void ForEachMessage(Message& message, const std::function<void(Message&)>& visit) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      visit(*reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      visit(*reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

// In place of the numbers comes what may be shown of them; what has been shown has no such part,
// but a moment, or says why there is nothing.
template <class Numbers>
void PutShown(Numbers& numbers) {
  if (!numbers.has_shown()) {
    const bool was_shown =
        numbers.as_of_ms() != 0 || numbers.absent() != common::v1::ABSENCE_REASON_UNSPECIFIED;
    if (!was_shown) numbers.Clear();
    return;
  }
  Numbers shown = std::move(*numbers.mutable_shown());
  numbers = std::move(shown);
}

void ClearFor(common::v1::AbsenceReason reason, common::v1::CycleEvidence& evidence) {
  evidence.Clear();
  evidence.set_absent(reason);
}

// Returns whether a number was left out that is there.
bool Hide(common::v1::CycleEvidence& evidence, int64_t smallest) {
  const bool any = evidence.has_matched(), roster = evidence.has_rostered();
  // What was hidden before does not come back, and has its reason.
  if (evidence.absent() != common::v1::ABSENCE_REASON_UNSPECIFIED && !any) return false;
  PutShown(evidence);
  const int64_t matched = evidence.matched();
  // What was hidden before is as many as are matched, at least.
  const int64_t covered = evidence.has_covered() ? evidence.covered() : matched;
  if (any && covered == 0 && evidence.rostered_at_least() >= smallest) {
    evidence.set_absent(common::v1::ABSENCE_REASON_NO_RESULTS);
    return false;
  }
  if (covered < smallest || !IsNoneOrEnough(matched, smallest)) {
    ClearFor(any ? common::v1::ABSENCE_REASON_SMALL_CELL : common::v1::ABSENCE_REASON_NO_RESULTS,
             evidence);
    return any;
  }
  // The rest of a part that is shown is shown with it.
  const bool rest = evidence.has_covered() && core::MayShowPart(matched, covered, smallest);
  if (!rest) evidence.clear_covered();
  const int64_t rostered = evidence.rostered();
  if (!core::MayShowPart(matched, rostered, smallest) ||
      !core::MayShowPart(covered, rostered, smallest)) {
    evidence.clear_rostered();
  }
  if (matched == 0) {
    evidence.set_absent(common::v1::ABSENCE_REASON_NO_BASELINE);
  } else if (!rest || !evidence.has_rostered()) {
    evidence.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
  }
  return !rest || (roster && !evidence.has_rostered());
}

bool Hide(common::v1::GapEvidence& gap, int64_t smallest) {
  const std::string group = gap.group();
  const bool any = gap.has_group_count();
  PutShown(gap);
  const bool is_shown = gap.group_count() >= smallest && gap.complement_count() >= smallest;
  if (!is_shown) gap.Clear();
  gap.set_group(group);
  if (!is_shown) gap.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
  return any && !is_shown;
}

// It rests on students who are shown; the district may allow less since. Returns whether it was
// left out.
bool Hide(cycles::v1::NetEffect& net, int64_t smallest) {
  if (!net.has_effect()) return false;
  if (net.students() >= smallest && net.compared_students() >= smallest) return false;
  net.clear_effect();
  net.clear_effect_low();
  net.clear_effect_high();
  net.clear_students();
  net.clear_compared_students();
  return true;
}

// A number of students said by itself: `students`, and `shown_students` what readers may be shown.
bool HideStudents(Message& message, int64_t smallest) {
  const auto& type = *message.GetDescriptor();
  const FieldDescriptor* all = type.FindFieldByName("students");
  const FieldDescriptor* shown = type.FindFieldByName("shown_students");
  if (all == nullptr || shown == nullptr) return false;
  const auto& reflection = *message.GetReflection();
  const bool any = reflection.HasField(message, all);
  const int32_t students = reflection.GetInt32(message, shown);
  reflection.ClearField(&message, all);
  if (students >= smallest) {
    reflection.SetInt32(&message, all, students);
    return false;
  }
  reflection.ClearField(&message, shown);
  return any;
}

// What was tested: of `message`, in which the numbers beside the test are hidden already. Of
// numbers that are not shown no test is.
template <class Message>
void HideTest(Message& message, int64_t smallest) {
  if (!message.has_test()) return;
  if (message.trigger() == common::v1::TRIGGER_GAP_WIDENED) {
    if (!message.gap().has_group_count()) return message.clear_test();
    return RoundTest(*message.mutable_test(), message.gap(), smallest);
  }
  if (message.evidence().matched() < smallest) return message.clear_test();
  RoundTest(*message.mutable_test(), message.evidence(), smallest);
}

// Says what was found anew, of the numbers as they are shown now.
void SayFinding(Message& message, int64_t smallest) {
  const auto* type = message.GetDescriptor();
  if (type == cycles::v1::Condition::descriptor()) {
    auto& condition = static_cast<cycles::v1::Condition&>(message);
    HideTest(condition, smallest);
    condition.set_reason(FindingSentence(condition));
  } else if (type == cycles::v1::Review::descriptor()) {
    auto& review = static_cast<cycles::v1::Review&>(message);
    HideTest(review, smallest);
    review.set_reason(FindingSentence(review));
  } else if (type == notifications::v1::Alert::descriptor()) {
    auto& alert = static_cast<notifications::v1::Alert&>(message);
    if (!alert.has_condition()) return;
    alert.mutable_condition()->set_reason(FindingSentence(alert.condition(), alert.names()));
  } else if (type == cycles::v1::Cycle::descriptor()) {
    auto& cycle = static_cast<cycles::v1::Cycle&>(message);
    cycle.clear_findings();
    for (int i = 0; i < cycle.indicators_size(); ++i) {
      cycle.add_findings(FindingSentence(cycle, i));
    }
  } else if (type == evidence::v1::EvidenceMoved::descriptor()) {
    HideTest(static_cast<evidence::v1::EvidenceMoved&>(message), smallest);
  }
}

// Whether a message of the type has one student in it, and not a column of them.
bool HasOneStudent(const google::protobuf::Descriptor& type) {
  const FieldDescriptor* student = type.FindFieldByName("student");
  return student != nullptr && student->message_type() != evidence::v1::TextColumn::descriptor();
}

// Or gives one away.
bool IsOfOneStudent(const google::protobuf::Descriptor& type) {
  if (&type == evidence::v1::ScoresCounted::BinChange::descriptor()) return true;
  // Lists of pseudonyms, and what is encrypted of results that were set aside.
  if (&type == evidence::v1::StudentsListed::descriptor()) return true;
  if (&type == evidence::v1::SealedOriginal::descriptor()) return true;
  if (&type == evidence::v1::ClaimedResult::descriptor()) return true;
  // Exact sums of few teams: their differences may be one student.
  if (&type == evidence::v1::TeamChanges::descriptor()) return true;
  if (&type == evidence::v1::ChangeSums::descriptor()) return true;
  if (&type == common::v1::PairedSums::descriptor()) return true;
  if (&type == common::v1::TeamStudents::descriptor()) return true;
  // A percentile is the score of somebody.
  if (&type == evidence::v1::PercentileCut::descriptor()) return true;
  // Exact sums: of a school's latest scores, which may be one, and of all of a district's, from
  // which those of before can be taken.
  if (&type == evidence::v1::ScoreChange::descriptor()) return true;
  if (&type == evidence::v1::Norm::descriptor()) return true;
  if (type.FindFieldByName("student") != nullptr) return true;  // a column of students, too
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated() &&
        HasOneStudent(*field.message_type())) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool HideSmallCells(Message& message, int64_t smallest) {
  if (auto* evidence = dynamic_cast<common::v1::CycleEvidence*>(&message)) {
    return Hide(*evidence, smallest);
  }
  if (auto* gap = dynamic_cast<common::v1::GapEvidence*>(&message)) return Hide(*gap, smallest);
  if (auto* net = dynamic_cast<cycles::v1::NetEffect*>(&message)) return Hide(*net, smallest);
  bool left_out = HideStudents(message, smallest);
  if (auto* moved = dynamic_cast<evidence::v1::EvidenceMoved*>(&message)) {
    moved->clear_cut();
  }
  if (auto* recorded = dynamic_cast<evidence::v1::ResultsRecorded*>(&message)) {
    recorded->clear_duplicates();
    recorded->clear_released();
  }
  ForEachMessage(message, [&](Message& part) {
    if (HideSmallCells(part, smallest)) left_out = true;
  });
  SayFinding(message, smallest);
  return left_out;
}

void LeaveOutStudents(Message& message) {
  if (IsOfOneStudent(*message.GetDescriptor())) return message.Clear();
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        IsOfOneStudent(*field->message_type())) {
      reflection.ClearField(&message, field);
    }
  }
  ForEachMessage(message, LeaveOutStudents);
}

void LeaveOutCallers(Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->message_type() == common::v1::Caller::descriptor()) {
      message.GetReflection()->ClearField(&message, field);
    }
  }
  ForEachMessage(message, LeaveOutCallers);
}

bool IsTold(const Message& event) {
  const auto* type = event.GetDescriptor();
  return type != evidence::v1::CutsPublished::descriptor() &&
         type != evidence::v1::CutsAdopted::descriptor() &&
         type != evidence::v1::NormsPublished::descriptor() &&
         type != evidence::v1::NormsAdopted::descriptor() &&
         // That somebody answered a survey is nobody's to know.
         type != plans::v1::SurveyBallotCast::descriptor() &&
         // What was seen in one room would name its teacher.
         type != cycles::v1::RoomRecorded::descriptor() &&
         // Why students were erased is for those who may list erasures.
         type != evidence::v1::StudentsErased::descriptor();
}

}  // namespace throughline::disclosure
