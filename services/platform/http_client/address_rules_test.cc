#include "platform/http_client/address_rules.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace throughline::platform {
namespace {

bool Allows(const AddressRules& rules, const std::string& text) {
  sockaddr_storage storage{};
  auto* in = reinterpret_cast<sockaddr_in*>(&storage);
  auto* in6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, text.c_str(), &in->sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &in6->sin6_addr), 1) << text;
    storage.ss_family = AF_INET6;
  }
  return rules.Allows(reinterpret_cast<const sockaddr&>(storage));
}

TEST(AddressRules, ThePublicInternetIsAllowed) {
  for (const char* text : {"8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1",
                           "169.253.1.1", "192.167.1.1", "223.255.255.255", "2606:4700::1111",
                           "2001:4860:4860::8888", "2a00:1450::1"}) {
    EXPECT_TRUE(Allows({}, text)) << text;
  }
}

TEST(AddressRules, WhatIsNotPublicIsRefused) {
  for (const char* text : {"127.0.0.1",
                           "127.255.255.254",
                           "0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.0.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "100.127.255.255",
                           "192.0.0.8",
                           "198.18.0.1",
                           "198.19.255.255",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "192.0.2.1",
                           "::",
                           "::1",
                           "::ffff:8.8.8.8",
                           "::ffff:127.0.0.1",
                           "::127.0.0.1",
                           "64:ff9b::7f00:1",
                           "64:ff9b::808:808",
                           "64:ff9b:1::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "100::1",
                           "3fff::1"}) {
    EXPECT_FALSE(Allows({}, text)) << text;
  }
}

TEST(AddressRules, ConfigurationAllowsNetworks) {
  const auto rules = AddressRules::Allowing({"127.0.0.1", "10.1.0.0/16", "fd12::/20", "::1/128"});
  ASSERT_TRUE(rules);
  for (const char* text : {"127.0.0.1", "10.1.255.1", "fd12:fff::1", "::1", "8.8.8.8"}) {
    EXPECT_TRUE(Allows(*rules, text)) << text;
  }
  for (const char* text : {"127.0.0.2", "10.2.0.1", "fd12:1000::1", "::2"}) {
    EXPECT_FALSE(Allows(*rules, text)) << text;
  }
}

TEST(AddressRules, WhatIsNoNetworkIsRefused) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/", "10.0.0.0/8x",
                           "10.0.0.0/-1", "localhost"}) {
    auto rules = AddressRules::Allowing({text});
    ASSERT_FALSE(rules) << text;
    EXPECT_EQ(rules.error().reason, "NETWORK_INVALID");
  }
}

TEST(AddressRules, OtherFamiliesAreRefused) {
  sockaddr local{};
  local.sa_family = AF_UNIX;
  EXPECT_FALSE(AddressRules().Allows(local));
}

}  // namespace
}  // namespace throughline::platform
