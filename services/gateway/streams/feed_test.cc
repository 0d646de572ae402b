#include "gateway/streams/feed.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace throughline::gateway {
namespace {

// A message is its token; its frame says it twice.
Frame Twice(const std::string& message) { return {.token = message, .text = message + message}; }

class FeedTest : public testing::Test {
 protected:
  void Feeding(std::string_view tokens) {
    for (const char token : tokens) feed_->Came({token});
  }
  // The texts it takes from `number` on; "-", "<" or "." for nothing yet, passed by and ended.
  std::string Take(int64_t number, size_t at_most = 1000) {
    std::vector<FramePtr> frames;
    std::string texts;
    switch (feed_->Take(number, at_most, signal_, frames)) {
      case Feed::Next::kFrames:
        for (const FramePtr& frame : frames) texts += frame->text;
        return texts;
      case Feed::Next::kWaiting:
        return "-";
      case Feed::Next::kPassedBy:
        return "<";
      case Feed::Next::kEnded:
        return ".";
    }
    return "?";
  }

  boost::asio::io_context io_;
  std::shared_ptr<WakeSignal> signal_ = std::make_shared<WakeSignal>(io_.get_executor());
  std::shared_ptr<Feed> feed_ =
      std::make_shared<Feed>("0", Twice, platform::FeedBounds{.messages = 4});
};

TEST_F(FeedTest, GivesEveryMemberTheSameFramesFromItsNumberOn) {
  EXPECT_EQ(Take(0), "-");
  Feeding("abc");
  EXPECT_EQ(Take(0), "aabbcc");
  EXPECT_EQ(Take(2), "cc");
  EXPECT_EQ(Take(3), "-");
}

TEST_F(FeedTest, GivesNoMoreThanAsked) {
  Feeding("abc");
  EXPECT_EQ(Take(0, 1), "aa") << "one at least";
  EXPECT_EQ(Take(0, 3), "aabb") << "the one that goes over the limit is the last";
}

TEST_F(FeedTest, IsMetAtItsBeginningAndAtEveryTokenThatItHas) {
  EXPECT_EQ(feed_->JoinAfter("0"), 0);
  Feeding("ab");
  EXPECT_EQ(feed_->JoinAfter("0"), 0);
  EXPECT_EQ(feed_->JoinAfter("a"), 1);
  EXPECT_EQ(feed_->JoinAfter("b"), 2);
  EXPECT_EQ(feed_->JoinAfter("c"), std::nullopt);
  EXPECT_EQ(feed_->JoinAfter(""), std::nullopt);
  EXPECT_EQ(Take(2), "-");
  EXPECT_EQ(feed_->JoinAtItsEnd()->number, 2);
  EXPECT_EQ(feed_->JoinAtItsEnd()->token, "b");
}

TEST_F(FeedTest, ForgetsTheOldestAndTellsAMemberThatItWasPassed) {
  Feeding("abcdef");  // the window is four
  EXPECT_EQ(Take(1), "<");
  EXPECT_EQ(Take(2), "ccddeeff");
  EXPECT_EQ(feed_->JoinAfter("a"), std::nullopt);
  EXPECT_EQ(feed_->JoinAfter("b"), 2) << "where the window begins";
}

TEST_F(FeedTest, ForgetsTheOldestWhenThereAreTooManyBytes) {
  feed_ = std::make_shared<Feed>("0", Twice, platform::FeedBounds{.messages = 100, .bytes = 6});
  Feeding("abc");  // of three bytes each, with the token
  EXPECT_EQ(Take(0), "<");
  EXPECT_EQ(Take(1), "bbcc");
}

TEST_F(FeedTest, StandsWhereItsStreamSaysWhenItDidNotSayItself) {
  feed_ = std::make_shared<Feed>("", Twice);
  EXPECT_FALSE(feed_->JoinAtItsEnd()) << "nobody who joins would know where it is";
  feed_->Stands({.token = "7", .view = ""});
  EXPECT_EQ(feed_->JoinAtItsEnd()->token, "7");
  EXPECT_EQ(feed_->JoinAfter("7"), 0);
}

TEST_F(FeedTest, IsJoinedAtItsEndOnlyWhenItIsThere) {
  feed_ = std::make_shared<Feed>("0", Twice, platform::FeedBounds{.messages = 8});
  Feeding("abcd");
  EXPECT_EQ(feed_->JoinAtItsEnd()->number, 4) << "nobody held it back";
  Feeding("ef");  // a quarter of the window ahead of its only member: it waits
  EXPECT_FALSE(feed_->JoinAtItsEnd()) << "what has happened since is not in it";
  EXPECT_EQ(Take(4), "eeff");
  EXPECT_EQ(feed_->JoinAtItsEnd()->number, 6);
}

TEST_F(FeedTest, IsHeldBackByNobodyWhoHasLeft) {
  feed_ = std::make_shared<Feed>("0", Twice, platform::FeedBounds{.messages = 8});
  ASSERT_TRUE(feed_->JoinAfter("0"));
  Feeding("ab");
  EXPECT_FALSE(feed_->JoinAtItsEnd());
  feed_->Leave(signal_);
  Feeding("cdef");
  EXPECT_EQ(feed_->JoinAtItsEnd()->number, 6);
}

TEST_F(FeedTest, SaysThatItEndedWhenItsMembersHaveWhatCame) {
  Feeding("a");
  feed_->Ended(grpc::Status::CANCELLED);
  EXPECT_EQ(Take(0), "aa");
  EXPECT_EQ(Take(1), ".");
  EXPECT_FALSE(feed_->JoinAtItsEnd());
  EXPECT_EQ(feed_->JoinAfter("a"), std::nullopt);
}

TEST_F(FeedTest, RingsForWhoeverWaits) {
  int woken = 0;
  const auto wait = [&]() -> platform::http::Task<void> {
    std::vector<FramePtr> frames;
    feed_->Take(woken, 1000, signal_, frames);
    co_await signal_->Wait(std::chrono::hours(1));
    ++woken;
  };
  boost::asio::co_spawn(io_, wait(), boost::asio::detached);
  io_.poll();
  EXPECT_EQ(woken, 0);
  Feeding("a");
  io_.restart();
  io_.poll();
  EXPECT_EQ(woken, 1);
  boost::asio::co_spawn(io_, wait(), boost::asio::detached);
  io_.restart();
  io_.poll();
  feed_->Ended(grpc::Status::CANCELLED);
  io_.restart();
  io_.poll();
  EXPECT_EQ(woken, 2);
}

TEST(FeedsTest, KeepTheFirstOfAKeyAsLongAsItGoesOn) {
  Feeds feeds;
  const auto first = std::make_shared<Feed>("0", Twice);
  auto second = std::make_shared<Feed>("0", Twice);
  EXPECT_EQ(feeds.Find("k"), nullptr);
  EXPECT_EQ(feeds.Add("k", first), first);
  EXPECT_EQ(feeds.Add("k", second), first);
  EXPECT_EQ(feeds.Add("other", second), second);
  first->Ended(grpc::Status::CANCELLED);
  EXPECT_EQ(feeds.Find("k"), nullptr);
  EXPECT_EQ(feeds.Add("k", second), second);
  second.reset();
  EXPECT_EQ(feeds.Find("k"), nullptr) << "nobody holds it any more";
}

}  // namespace
}  // namespace throughline::gateway
