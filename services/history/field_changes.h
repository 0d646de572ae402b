// What differs between two states of an aggregate, field by field, as far as it may be shown in a
// history. Pure.
//
// Numbers that are made of results of students are held back, whatever they are: what of them may
// be shown changes with time, and a history shows every state there was. So are secrets, and what
// is said of single students or of staff.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "throughline/common/v1/history.pb.h"

namespace throughline::history {

// In the order of the fields; `before` or `after` may be null: there was nothing, or is nothing any
// more. Elements of a list are told apart by their id, when their first field is one, and by their
// place otherwise. No path has words in it that people write.
std::vector<common::v1::FieldChange> ChangesBetween(const google::protobuf::Message* before,
                                                    const google::protobuf::Message* after);

// What an event says in words of its own, such as a reason.
std::vector<common::v1::FieldChange> WordsOf(const google::protobuf::Message& event);

bool IsHeldBack(const google::protobuf::FieldDescriptor& field);

// The paths of all numbers in a message that are not held back, in order, such as
// `measures.target`: for tests that say which they are.
std::vector<std::string> NumbersShown(const google::protobuf::Descriptor& type);

}  // namespace throughline::history
