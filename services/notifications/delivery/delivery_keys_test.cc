#include "notifications/delivery/delivery_keys.h"

#include <gtest/gtest.h>

#include <set>

namespace throughline::notifications {
namespace {

const DeliveryKeys kKeys(runtime::Secret{7});

v1::EndDigest Reader(const std::string& address) {
  v1::EndDigest reader;
  reader.set_district("d");
  reader.set_subscription("digest");
  reader.set_address(address);
  return reader;
}

TEST(DeliveryKeys, EverySigningKeyHasASecretOfItsOwn) {
  const DeliveryKeys others(runtime::Secret{8});
  const std::set<std::string> different = {
      kKeys.SigningSecret("d", "s", "k"),  kKeys.SigningSecret("e", "s", "k"),
      kKeys.SigningSecret("d", "t", "k"),  kKeys.SigningSecret("d", "s", "l"),
      kKeys.SigningSecret("d", "sk", ""),  kKeys.SigningSecret("ds", "", "k"),
      others.SigningSecret("d", "s", "k"),
  };
  EXPECT_EQ(different.size(), 7u);
  EXPECT_EQ(kKeys.SigningSecret("d", "s", "k"), kKeys.SigningSecret("d", "s", "k"));
  EXPECT_EQ(kKeys.SigningSecret("d", "s", "k").size(), 32u);
}

TEST(DeliveryKeys, WhileTheSecretIsReplacedWhatWasMadeWithEitherCounts) {
  const DeliveryKeys before(runtime::Secret{8}), both(runtime::Secret{7}, runtime::Secret{8});
  EXPECT_EQ(both.SigningSecret("d", "s", "k"), kKeys.SigningSecret("d", "s", "k"));
  EXPECT_EQ(both.SigningSecrets("d", "s", "k"),
            (std::vector{kKeys.SigningSecret("d", "s", "k"), before.SigningSecret("d", "s", "k")}));
  EXPECT_EQ(kKeys.SigningSecrets("d", "s", "k").size(), 1u);
  const v1::EndDigest reader = Reader("ana@example.org");
  EXPECT_TRUE(both.ReadUnsubscribeToken(before.UnsubscribeToken(reader)));
  EXPECT_TRUE(both.ReadUnsubscribeToken(kKeys.UnsubscribeToken(reader)));
  EXPECT_EQ(both.UnsubscribeToken(reader), kKeys.UnsubscribeToken(reader));
  EXPECT_FALSE(
      both.ReadUnsubscribeToken(DeliveryKeys(runtime::Secret{9}).UnsubscribeToken(reader)));
}

TEST(DeliveryKeys, AnUnsubscribeTokenSaysWhoAndCannotBeMadeElsewhere) {
  const std::string token = kKeys.UnsubscribeToken(Reader("ana@example.org"));
  ASSERT_TRUE(kKeys.ReadUnsubscribeToken(token));
  EXPECT_EQ(kKeys.ReadUnsubscribeToken(token)->address(), "ana@example.org");
  EXPECT_FALSE(DeliveryKeys(runtime::Secret{8}).ReadUnsubscribeToken(token));
  for (size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(kKeys.ReadUnsubscribeToken(forged)) << i;
  }
  for (const char* text : {"", "A", "AAAA", "no token"}) {
    EXPECT_FALSE(kKeys.ReadUnsubscribeToken(text)) << text;
  }
}

}  // namespace
}  // namespace throughline::notifications
