// A student who is erased while results of theirs stream in, and the process that does it is killed
// at any moment: nothing that is left leads back, nothing of the others is lost, numbers stay, and
// there is one certificate.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "district_services.h"
#include "folder.h"

namespace throughline {
namespace {

// Lets a process of its own work on the data, and kills it so long after it began. gRPC is begun in
// such processes only until the last of them is gone: it does not live through a fork.
void WorkUntilKilled(const std::string& data, bool erases, std::chrono::milliseconds after) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      Services services(data);
      if (!erases) {
        services.SetUpTheDistrict();
        services.Enroll();
      }
      std::ignore = write(ready[1], "!", 1);
      std::thread pushing([&] {
        for (int number = 0;; ++number) services.Push(number);
      });
      if (erases) services.Erase();
      pushing.join();
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << std::endl;
    }
    _exit(1);
  }
  char began = 0;
  EXPECT_EQ(read(ready[0], &began, 1), 1) << "it did not begin";
  std::this_thread::sleep_for(after);  // the moment at which it is killed
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
  close(ready[0]);
  close(ready[1]);
}

TEST(Erasure, IsCompleteAndCertifiedOnceWhereverTheProcessIsKilled) {
  const runtime::Folder folder;
  const std::string data = folder.path() + "/data";
  WorkUntilKilled(data, false, std::chrono::milliseconds(300));
  for (const int after : {2, 5, 11, 23, 40}) {
    WorkUntilKilled(data, true, std::chrono::milliseconds(after));
  }
  Services services(data);
  EXPECT_EQ(services.Erase().students(), 1) << "the same request, answered at last";
  EXPECT_EQ(services.Certificates(), 1);
  EXPECT_EQ(Bytes(data).find(IdOf(kErased)), std::string::npos);

  // Everything that was ever sent is sent again, and answered as at first where it was taken in.
  using evidence::v1::RESULT_OUTCOME_ACCEPTED, evidence::v1::RESULT_OUTCOME_QUARANTINED;
  int64_t accepted = 0, quarantined = 0;
  for (int number = 0; number < 500; ++number) {
    const auto outcomes = services.Push(number);
    ASSERT_EQ(outcomes.size(), static_cast<size_t>(kStudents));
    for (int i = 0; i < kStudents; ++i) {
      const bool is_accepted = outcomes[i] == RESULT_OUTCOME_ACCEPTED;
      EXPECT_TRUE(is_accepted || (i == kErased && outcomes[i] == RESULT_OUTCOME_QUARANTINED)) << i;
      ++(is_accepted ? accepted : quarantined);
    }
  }
  EXPECT_GT(quarantined, 0) << "nobody is known under the id any more";
  const auto counts = services.Counts();
  EXPECT_EQ(counts.accepted(), accepted);
  EXPECT_EQ(counts.quarantined(), quarantined);
  EXPECT_EQ(counts.duplicate() + counts.corrected(), 0) << "nothing came twice";
  services.Enroll();
  EXPECT_THAT(services.Push(1000), testing::Each(RESULT_OUTCOME_ACCEPTED)) << "who comes again";
  EXPECT_EQ(services.Certificates(), 1);
}

}  // namespace
}  // namespace throughline
