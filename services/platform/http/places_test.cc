#include "platform/http/places.h"

#include <gtest/gtest.h>

namespace throughline::platform::http {
namespace {

using boost::asio::ip::make_address;

TEST(Places, ArePerAddressAndGivenBack) {
  Places places({.in_all = 3, .of_address = 1});
  auto first = places.Take(make_address("192.0.2.1"));
  EXPECT_TRUE(first);
  EXPECT_FALSE(places.Take(make_address("192.0.2.1")));
  EXPECT_FALSE(places.Take(make_address("::ffff:192.0.2.1"))) << "the same, written as IPv6";
  auto second = places.Take(make_address("192.0.2.2"));
  EXPECT_TRUE(second);
  first.reset();
  EXPECT_TRUE(places.Take(make_address("192.0.2.1")));
  second.reset();
  EXPECT_EQ(places.taken(), 0U);
  EXPECT_TRUE(places.WaitUntilEmpty(std::chrono::milliseconds(0)));
}

TEST(Places, AreFullAtTheirBound) {
  Places places({.in_all = 2, .of_address = 2});
  auto first = places.Take(make_address("192.0.2.1"));
  EXPECT_FALSE(places.full());
  auto second = places.Take(make_address("192.0.2.2"));
  EXPECT_TRUE(places.full());
  EXPECT_FALSE(places.WaitUntilEmpty(std::chrono::milliseconds(0)));
}

TEST(Places, CountIpv6ByItsNetworkOf64Bits) {
  Places places({.in_all = 9, .of_address = 1});
  const auto first = places.Take(make_address("2001:db8::1"));
  EXPECT_FALSE(places.Take(make_address("2001:db8::ffff:2")));
  EXPECT_TRUE(places.Take(make_address("2001:db8:0:1::1")));
}

TEST(Places, DoNotCountProxiesByAddress) {
  auto v4 = Network::Read("10.1.0.0/16"), v6 = Network::Read("::1");
  ASSERT_TRUE(v4 && v6);
  Places places({.in_all = 9, .of_address = 1, .proxies = {*v4, *v6}});
  for (const char* proxy : {"10.1.2.3", "::ffff:10.1.2.3", "::1"}) {
    const auto first = places.Take(make_address(proxy)), second = places.Take(make_address(proxy));
    EXPECT_TRUE(first && second) << proxy;
  }
  const auto other = places.Take(make_address("10.2.0.1"));
  EXPECT_FALSE(places.Take(make_address("10.2.0.1")));
}

TEST(Places, KnowWhatIsNoNetwork) {
  for (const char* text : {"", "here", "10.0.0.0/33", "10.0.0", "::1/129", "10.0.0.0/"}) {
    const auto read = Network::Read(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, "NETWORK_INVALID");
  }
}

}  // namespace
}  // namespace throughline::platform::http
