#include "runtime/redis/wire.h"

#include <charconv>

namespace throughline::runtime::redis {

namespace {

void AppendLine(std::string& bytes, char kind, size_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  bytes.push_back(kind);
  bytes.append(digits, end);
  bytes.append("\r\n", 2);
}

}  // namespace

Request& Request::Begin(size_t words) {
  ++commands_;
  AppendLine(bytes_, '*', words);
  return *this;
}

Request& Request::Word(std::string_view word) {
  AppendLine(bytes_, '$', word.size());
  bytes_.append(word);
  bytes_.append("\r\n", 2);
  return *this;
}

Request& Request::Word(std::string_view first, std::string_view second) {
  AppendLine(bytes_, '$', first.size() + second.size());
  bytes_.append(first);
  bytes_.append(second);
  bytes_.append("\r\n", 2);
  return *this;
}

Request& Request::Command(std::initializer_list<std::string_view> words) {
  Begin(words.size());
  for (std::string_view word : words) Word(word);
  return *this;
}

std::string_view TextOf(const redisReply* reply) {
  if (reply == nullptr || reply->str == nullptr) return {};
  return {reply->str, reply->len};
}

std::optional<std::string> ValueOf(const redisReply* reply) {
  if (reply == nullptr || reply->type != REDIS_REPLY_STRING) return std::nullopt;
  return std::string(TextOf(reply));
}

}  // namespace throughline::runtime::redis
