#include "runtime/redis/connecting.h"

#include "runtime/secret_file.h"

namespace throughline::runtime::redis {

namespace {

// A Sentinel that wants a password gets the same one as the Redises.
Attempt<Replies> AskSentinel(const Address& sentinel, const Request& question,
                             const Credentials& credentials, std::chrono::milliseconds timeout) {
  auto connection = Connection::Open(sentinel, {}, timeout);
  if (!connection) return tl::make_unexpected(connection.error());
  auto replies = (*connection)->Ask(question);
  if (replies || !replies.error().words.starts_with("NOAUTH")) return replies;
  connection = Connection::Open(sentinel, credentials, timeout);
  if (!connection) return tl::make_unexpected(connection.error());
  return (*connection)->Ask(question);
}

Attempt<Address> AskForMaster(const Address& sentinel, const std::string& master,
                              const Credentials& credentials, std::chrono::milliseconds timeout) {
  Request question;
  question.Command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master});
  auto replies = AskSentinel(sentinel, question, credentials, timeout);
  if (!replies) return tl::make_unexpected(replies.error());
  const redisReply& reply = *replies->front();
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2) {
    return tl::make_unexpected(
        Failure{Failure::What::kRefused, "it knows no master \"" + master + "\""});
  }
  const std::string host(TextOf(reply.element[0]));
  const std::string port(TextOf(reply.element[1]));
  auto address =
      ParseAddress((host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port);
  if (!address) {
    return tl::make_unexpected(Failure{Failure::What::kRefused, address.error().message});
  }
  return *address;
}

// An error unless the Redis at the other end is a master.
Attempt<bool> RequireMaster(Connection& connection) {
  Request question;
  question.Command({"ROLE"});
  auto replies = connection.Ask(question);
  if (!replies) return tl::make_unexpected(replies.error());
  const redisReply& reply = *replies->front();
  if (reply.type == REDIS_REPLY_ARRAY && reply.elements > 0 &&
      TextOf(reply.element[0]) == "master") {
    return true;
  }
  return tl::make_unexpected(
      Failure{Failure::What::kRefused,
              connection.address().Text() + ", which the Sentinels name, is not a master now"});
}

}  // namespace

Attempt<Credentials> CredentialsOf(const std::string& user, const std::string& password,
                                   const std::string& password_file) {
  if (password_file.empty()) return Credentials{user, password};
  auto text = SecretTextFromFile(password_file, "Redis");
  if (!text) return tl::make_unexpected(Failure{Failure::What::kClosed, text.error().message});
  return Credentials{user, *std::move(text)};
}

Attempt<std::unique_ptr<Connection>> ConnectTo(const Address& address,
                                               const Credentials& credentials,
                                               std::chrono::milliseconds timeout) {
  auto connection = Connection::Open(address, credentials, timeout);
  if (!connection) return connection;
  if (auto loaded = (*connection)->LoadScripts(); !loaded) {
    return tl::make_unexpected(loaded.error());
  }
  return connection;
}

Attempt<std::unique_ptr<Connection>> ConnectToMaster(const std::vector<Address>& sentinels,
                                                     const std::string& master,
                                                     const Credentials& credentials,
                                                     std::chrono::milliseconds timeout) {
  std::string words;
  for (const Address& sentinel : sentinels) {
    auto address = AskForMaster(sentinel, master, credentials, timeout);
    if (!address) {
      if (!words.empty()) words += "; ";
      words += "Sentinel " + sentinel.Text() + ": " + address.error().words;
      continue;
    }
    auto connection = Connection::Open(*address, credentials, timeout);
    if (!connection) {
      return tl::make_unexpected(
          Failure{connection.error().what, address->Text() + ": " + connection.error().words});
    }
    if (auto is = RequireMaster(**connection); !is) return tl::make_unexpected(is.error());
    if (auto loaded = (*connection)->LoadScripts(); !loaded) {
      return tl::make_unexpected(loaded.error());
    }
    return connection;
  }
  return tl::make_unexpected(Failure{Failure::What::kClosed, words});
}

}  // namespace throughline::runtime::redis
