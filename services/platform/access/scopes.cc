#include "platform/access/scopes.h"

#include <algorithm>

#include "throughline/common/v1/access.pb.h"

namespace throughline::platform {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

constexpr std::string_view kWhole = "throughline";
constexpr std::string_view kOfAPerson[] = {"openid",  "profile", "email",
                                           "address", "phone",   "offline_access"};

// Those that narrow what may be done; nullopt when nothing does.
std::optional<std::vector<std::string_view>> Narrowing(std::string_view scope) {
  std::vector<std::string_view> words;
  bool narrows = false;
  while (!scope.empty()) {
    const size_t space = std::min(scope.find(' '), scope.size());
    const std::string_view word = scope.substr(0, space);
    scope.remove_prefix(std::min(space + 1, scope.size()));
    if (word == kWhole) return std::nullopt;
    if (word.empty() ||
        std::find(std::begin(kOfAPerson), std::end(kOfAPerson), word) != std::end(kOfAPerson)) {
      continue;
    }
    narrows = true;
    words.push_back(word);
  }
  return narrows ? std::optional(std::move(words)) : std::nullopt;
}

bool Has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether the path leads somewhere, and to nothing but true.
bool IsTrueEverywhere(const Message& at, const FieldPath& path, size_t step) {
  const auto& reflection = *at.GetReflection();
  const FieldDescriptor* field = path[step];
  if (step + 1 == path.size()) return reflection.GetBool(at, field);
  if (!field->is_repeated()) {
    return reflection.HasField(at, field) &&
           IsTrueEverywhere(reflection.GetMessage(at, field), path, step + 1);
  }
  const int many = reflection.FieldSize(at, field);
  for (int i = 0; i < many; ++i) {
    if (!IsTrueEverywhere(reflection.GetRepeatedMessage(at, field, i), path, step + 1)) {
      return false;
    }
  }
  return many > 0;
}

}  // namespace

bool IsInScope(std::string_view scope, const std::vector<ScopeWord>& words,
               const Message& request) {
  const auto narrowing = Narrowing(scope);
  if (!narrowing) return true;
  return std::any_of(words.begin(), words.end(), [&](const ScopeWord& one) {
    return Has(*narrowing, one.word) &&
           (one.only_if.empty() || IsTrueEverywhere(request, one.only_if, 0));
  });
}

bool MayCall(std::string_view scope, std::string_view method) {
  const auto narrowing = Narrowing(scope);
  if (!narrowing) return true;
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(std::string(method));
  if (descriptor == nullptr) return false;
  const auto& scopes = descriptor->options().GetExtension(common::v1::allowed).scopes();
  return std::any_of(scopes.begin(), scopes.end(),
                     [&](const common::v1::Scope& one) { return Has(*narrowing, one.word()); });
}

}  // namespace throughline::platform
