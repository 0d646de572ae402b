#include "runtime/input_progress.h"

#include <gtest/gtest.h>

namespace throughline::runtime {
namespace {

v1::Envelope DeliveryOf(int32_t partition, int64_t sequence) {
  v1::Envelope delivery;
  delivery.set_source_partition(partition);
  delivery.set_sequence(sequence);
  return delivery;
}

TEST(InputProgress, BeginsAtTheBeginningOfEachTopic) {
  InputProgress progress;
  EXPECT_EQ(progress.NextOffset("events.plans"), 0);
  progress.Take("events.plans", 6, ChainPlace{3, 77, 1});
  progress.Take("inbox.tally", 1, std::nullopt);
  EXPECT_EQ(progress.NextOffset("events.plans"), 7);
  EXPECT_EQ(progress.NextOffset("inbox.tally"), 2);
  EXPECT_EQ(progress.PlaceIn("events.plans").sequence, 3);
  EXPECT_EQ(progress.PlaceIn("inbox.tally").sequence, 0);
}

TEST(InputProgress, TakesADeliveryOfEachPartitionOnce) {
  InputProgress progress;
  EXPECT_FALSE(progress.IsRepeated(DeliveryOf(2, 5)));
  EXPECT_TRUE(progress.IsRepeated(DeliveryOf(2, 5)));
  EXPECT_TRUE(progress.IsRepeated(DeliveryOf(2, 4)));
  EXPECT_FALSE(progress.IsRepeated(DeliveryOf(3, 5)));
  EXPECT_FALSE(progress.IsRepeated(DeliveryOf(2, 9)));
}

TEST(InputProgress, IsWhatAnEventCarried) {
  InputProgress progress, restored;
  progress.Take("events.plans", 6, ChainPlace{3, 77, 1});
  progress.IsRepeated(DeliveryOf(2, 5));
  restored.Restore(progress.positions());
  EXPECT_EQ(restored.NextOffset("events.plans"), 7);
  EXPECT_TRUE(restored.IsRepeated(DeliveryOf(2, 5)));
}

}  // namespace
}  // namespace throughline::runtime
