#include "throughline/failure.h"

#include <gtest/gtest.h>

namespace throughline {
namespace {

using core::Code;

TEST(Failure, IsASentenceWithItsReasonAndField) {
  EXPECT_EQ(Describe({Code::kInvalidArgument, "BATCH_EMPTY", "results is empty", "results"}),
            "throughline: results is empty. (BATCH_EMPTY, field results)\n");
  EXPECT_EQ(Describe({Code::kInternal, "UNEXPECTED", "Something happened.", ""}),
            "throughline: Something happened. (UNEXPECTED)\n");
}

TEST(Failure, OfADamagedJournalSaysThatABackupHelps) {
  const std::string said =
      Describe({Code::kInternal, "JOURNAL_CORRUPT", "The journal is damaged.", ""});
  EXPECT_NE(said.find("throughline check --data"), std::string::npos);
  EXPECT_NE(said.find("throughline restore --from BACKUP"), std::string::npos);
}

TEST(Failure, SaysWhatToDoNext) {
  EXPECT_EQ(Describe({Code::kNotFound, "DISTRICT_UNKNOWN", "There is no district x.", "district"}),
            "throughline: There is no district x. (DISTRICT_UNKNOWN, field district)\n"
            "  Check --district; `throughline import PATH --district ID --new-district` makes a "
            "new one.\n");
}

TEST(Failure, WhatPassesMayBeTriedAgain) {
  EXPECT_EQ(Describe({Code::kUnavailable, "STOPPING", "The service is stopping.", ""}),
            "throughline: The service is stopping. (STOPPING)\n"
            "  Try again in a moment; what was done already is not done twice.\n");
}

}  // namespace
}  // namespace throughline
