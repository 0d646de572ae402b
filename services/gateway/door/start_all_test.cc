#include "gateway/door/start_all.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

namespace throughline::gateway {
namespace {

UnaryAnswer AnswerOf(const std::string& response) {
  UnaryAnswer answer;
  answer.response = response;
  return answer;
}

TEST(GatheredAnswers, AreThereOnceTheLastHasComeInTheOrderOfTheCalls) {
  GatheredAnswers gathered(2, {});
  gathered.Take(1, AnswerOf("second"));
  EXPECT_FALSE(gathered.AreThere());
  gathered.Take(0, AnswerOf("first"));
  ASSERT_TRUE(gathered.AreThere());
  const std::vector<UnaryAnswer> answers = gathered.Move();
  EXPECT_EQ(answers[0].response, "first");
  EXPECT_EQ(answers[1].response, "second");
}

TEST(GatheredAnswers, WakeWhoWaitsForThem) {
  boost::asio::io_context context;
  const auto signal = std::make_shared<WakeSignal>(context.get_executor());
  GatheredAnswers gathered(1, signal);
  bool woken = false;
  boost::asio::co_spawn(
      context,
      [&]() -> http::Task<void> {
        co_await signal->Wait(std::chrono::hours(1));
        woken = true;
      },
      boost::asio::detached);
  context.poll();
  gathered.Take(0, AnswerOf("the answer"));
  context.run();
  EXPECT_TRUE(woken);
}

// What a call has left over when it is answered may be dropped after the server is gone.
TEST(GatheredAnswers, HoldNothingOfAServerThatIsGone) {
  std::optional<boost::asio::io_context> context(std::in_place);
  auto signal = std::make_shared<WakeSignal>(context->get_executor());
  const auto gathered = std::make_shared<GatheredAnswers>(2, signal);
  gathered->Take(0, AnswerOf("first"));
  signal.reset();
  context.reset();
  gathered->Take(1, AnswerOf("second"));
  EXPECT_TRUE(gathered->AreThere());
}

}  // namespace
}  // namespace throughline::gateway
