#include "runtime/request_key.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <sodium.h>
#include <xxhash.h>

#include <array>

namespace throughline::runtime {

namespace {

constexpr size_t kIdBytes = 20;
constexpr char kClaim[] = "claim";  // no digest of a part is so short

// Fields of a map come in any order; those of a digest may not.
std::string Deterministic(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream to(&bytes);
    google::protobuf::io::CodedOutputStream coded(&to);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

std::string DigestOf(const google::protobuf::Message& request) {
  const auto* id = request.GetDescriptor()->FindFieldByName("request_id");
  std::string bytes;
  if (id == nullptr || !request.GetReflection()->HasField(request, id)) {
    bytes = Deterministic(request);
  } else {
    const std::unique_ptr<google::protobuf::Message> rest(request.New());
    rest->CopyFrom(request);
    rest->GetReflection()->ClearField(rest.get(), id);
    bytes = Deterministic(*rest);
  }
  XXH128_canonical_t digest;
  XXH128_canonicalFromHash(&digest, XXH3_128bits(bytes.data(), bytes.size()));
  return std::string(reinterpret_cast<const char*>(digest.digest), sizeof digest.digest);
}

RequestKey ClaimOf(RequestKey key, const google::protobuf::Descriptor& kind) {
  key.digest.set_part(kClaim);
  key.kind = &kind;
  return key;
}

std::string OutcomeId(const RequestKey& key, const google::protobuf::Message& command,
                      std::string_view route) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, kIdBytes);
  const auto add = [&](std::string_view part) {
    // With its length before it, no part runs into the next one.
    const std::string length = std::to_string(part.size()) + ':';
    for (const std::string_view text : {std::string_view(length), part}) {
      crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                text.size());
    }
  };
  const auto& kind = key.kind == nullptr ? *command.GetDescriptor() : *key.kind;
  for (const std::string_view part :
       {std::string_view(key.caller), std::string_view(kind.full_name()), route,
        std::string_view(key.id)}) {
    add(part);
  }
  std::array<unsigned char, kIdBytes> digest;
  crypto_generichash_final(&state, digest.data(), digest.size());
  std::array<char, 2 * kIdBytes + 1> text;
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return text.data();
}

bool IsReused(const v1::RequestDigest& one, const v1::RequestDigest& other) {
  return one.request() != other.request();
}

bool IsAnsweredBy(const v1::RequestDigest& asked, const v1::RequestDigest& decided) {
  return !IsReused(asked, decided) && (asked.part() == kClaim || asked.part() == decided.part());
}

}  // namespace throughline::runtime
