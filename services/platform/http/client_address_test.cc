#include "platform/http/client_address.h"

#include <gtest/gtest.h>

namespace throughline::platform::http {
namespace {

std::string Client(const std::string& peer, std::string_view forwarded_for) {
  return ClientBehind({*Network::Read("10.0.0.0/8"), *Network::Read("::1")}, peer, forwarded_for);
}

TEST(ClientAddress, IsTheOneThatIsConnected) {
  EXPECT_EQ(Client("192.0.2.1", ""), "192.0.2.1");
  EXPECT_EQ(Client("10.0.0.1", ""), "10.0.0.1");
}

TEST(ClientAddress, IsWhomAProxyTookTheRequestFrom) {
  EXPECT_EQ(Client("10.0.0.1", "198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(Client("::1", "2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(Client("::ffff:10.0.0.1", "198.51.100.7:4711"), "198.51.100.7");
  EXPECT_EQ(Client("10.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7");
}

TEST(ClientAddress, IsTheLastThatIsNoProxy) {
  EXPECT_EQ(Client("10.0.0.1", "198.51.100.7, 10.0.0.2"), "198.51.100.7");
  EXPECT_EQ(Client("10.0.0.1", "10.0.0.3,10.0.0.2"), "10.0.0.3");
}

TEST(ClientAddress, IsNotWhatTheClientSaysOfItself) {
  EXPECT_EQ(Client("192.0.2.1", "198.51.100.7"), "192.0.2.1");
  EXPECT_EQ(Client("10.0.0.1", "203.0.113.9, 198.51.100.7"), "198.51.100.7");
}

TEST(ClientAddress, IsTheProxysWhereItSaysNoAddress) {
  for (const char* text : {"unknown", "_hidden", ",", " ", "[", "1.2.3.4:5:6"}) {
    EXPECT_EQ(Client("10.0.0.1", text), "10.0.0.1") << text;
  }
}

}  // namespace
}  // namespace throughline::platform::http
