// The fuzzer's entries on what is known to be read, and on every beginning of it.
#include "gateway/edfi/fuzz_entries.h"

#include <gtest/gtest.h>

#include "gateway/edfi/test_documents.h"

namespace throughline::gateway::edfi {
namespace {

template <class Entry>
void EveryBeginning(const std::string& text, Entry entry) {
  for (size_t length = 0; length <= text.size(); length += 7) entry(text.substr(0, length));
  entry(text);
}

TEST(FuzzEntries, TakeWhateverComes) {
  const std::string result = TextOfFile("student_assessment.json");
  EveryBeginning(result, FuzzStudentAssessment);
  EveryBeginning(TextOfFile("assessment.json"), FuzzAssessment);
  EveryBeginning(TextOfFile("assessment.json"), FuzzObjectiveAssessment);
  EveryBeginning("918bb778138b4ab2a44e599fbcbf7f66", FuzzResourceId);
  EveryBeginning("f81d4fae-7dec-11d0-a765-00a0c91e6bf6\n" + TextOfFile("dms_state.json"),
                 FuzzKafkaRecord);
  EveryBeginning("4711\n" + TextOfFile("dms_older.json"), FuzzKafkaRecord);
}

}  // namespace
}  // namespace throughline::gateway::edfi
