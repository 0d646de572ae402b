#include "gateway/door.h"

#include <gtest/gtest.h>

namespace throughline::gateway {
namespace {

class OpenDoor : public testing::Test {
 protected:
  std::string Reason(const std::string& host, const std::string& district) {
    http::Request request;
    request.headers["host"] = host;
    if (!district.empty()) request.headers["throughline-district"] = district;
    auto caller = Identify(*access_, request);
    return caller ? "district " + caller->district : caller.error().reason;
  }
  std::unique_ptr<runtime::Access> access_ = runtime::Access::Open();
};

TEST_F(OpenDoor, TakesTheDistrictFromTheHeader) {
  EXPECT_EQ(Reason("127.0.0.1:7480", "lakeside"), "district lakeside");
  EXPECT_EQ(Reason("localhost", ""), "district ");
  EXPECT_EQ(Reason("[::1]:7480", "no id"), "DISTRICT_INVALID");
}

// Else a page of evil.example whose name leads to 127.0.0.1 could read everything (DNS rebinding).
TEST_F(OpenDoor, AnswersToTheNamesOfThisMachineOnly) {
  for (const char* host : {"evil.example", "evil.example:7480", "127.evil", "[::2]", ""}) {
    EXPECT_EQ(Reason(host, "lakeside"), "HOST_REFUSED") << host;
  }
}

}  // namespace
}  // namespace throughline::gateway
