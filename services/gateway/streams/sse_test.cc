#include "gateway/streams/sse.h"

#include <gtest/gtest.h>

namespace throughline::gateway {
namespace {

// Frames and what they mean are those of the HTML standard, section "Server-sent events".
TEST(ServerSentEvents, AreFramedAsTheHtmlStandardSays) {
  EXPECT_EQ(FrameOf({.id = "7", .event = "raised", .data = "{}"}),
            "event: raised\nid: 7\ndata: {}\n\n");
  EXPECT_EQ(FrameOf({.id = "", .event = "", .data = "a\nb\r\nc\rd"}),
            "data: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(FrameOf({.id = "", .event = "", .data = ""}), "data: \n\n");
  EXPECT_EQ(PositionFrame("7"), "id: 7\n\n");
  EXPECT_EQ(HeartbeatFrame().substr(0, 1), ":");
  EXPECT_EQ(RetryFrame(2000), "retry: 2000\n\n");
}

}  // namespace
}  // namespace throughline::gateway
