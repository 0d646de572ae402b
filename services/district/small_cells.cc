#include "district/small_cells.h"

#include <google/protobuf/descriptor.h>

#include <functional>

#include "core/statistics/suppression.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::district {

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

void Hide(common::v1::CycleEvidence& evidence, int64_t smallest) {
  if (!MayShow(evidence, smallest)) return evidence.Clear();
  // The rest of a part that is shown is shown with it.
  const bool covered = core::MayShowPart(evidence.matched(), evidence.covered(), smallest);
  const bool rostered = core::MayShowPart(evidence.covered(), evidence.rostered(), smallest) &&
                        core::MayShowPart(evidence.matched(), evidence.rostered(), smallest);
  if (!covered || !rostered) evidence.clear_covered();
  if (!rostered) evidence.clear_rostered();
}

void Hide(common::v1::GapEvidence& gap, int64_t smallest) {
  if (gap.group_count() >= smallest && gap.complement_count() >= smallest) return;
  const std::string group = gap.group();
  gap.Clear();
  gap.set_group(group);
}

// A number of students said by itself.
void HideStudents(Message& message, int64_t smallest) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("students");
  if (field == nullptr || field->is_repeated()) return;
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_INT32) return;
  const auto& reflection = *message.GetReflection();
  if (reflection.GetInt32(message, field) < smallest) reflection.ClearField(&message, field);
}

bool IsOfOneStudent(const google::protobuf::Descriptor& type) {
  if (&type == evidence::v1::ScoresCounted::BinChange::descriptor()) return true;
  // Lists of pseudonyms, and what is encrypted of results that were set aside.
  if (&type == evidence::v1::StudentsListed::descriptor()) return true;
  if (&type == evidence::v1::SealedOriginal::descriptor()) return true;
  if (type.FindFieldByName("student") != nullptr) return true;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_repeated() &&
        field.message_type()->FindFieldByName("student") != nullptr) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool MayShow(const common::v1::CycleEvidence& evidence, int64_t smallest) {
  return evidence.matched() >= smallest;
}

void HideSmallCells(Message& message, int64_t smallest) {
  if (auto* evidence = dynamic_cast<common::v1::CycleEvidence*>(&message)) {
    return Hide(*evidence, smallest);
  }
  if (auto* gap = dynamic_cast<common::v1::GapEvidence*>(&message)) return Hide(*gap, smallest);
  HideStudents(message, smallest);
  ForEachMessage(message, [&](Message& part) { HideSmallCells(part, smallest); });
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

}  // namespace throughline::district
