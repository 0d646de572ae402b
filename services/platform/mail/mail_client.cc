#include "platform/mail/mail_client.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "runtime/secret_file.h"

namespace throughline::platform {

namespace {

constexpr long kConnectMs = 10'000;
constexpr long kDeadlineMs = 60'000;

struct Freed {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One transfer, alive until it has ended.
struct Sending {
  std::unique_ptr<CURL, Freed> easy{curl_easy_init()};
  std::unique_ptr<curl_slist, Freed> to;
  std::string from;
  std::string text;
  size_t sent = 0;
  std::function<void(MailOutcome)> done;
};

// What libcurl sends next.
size_t Write(char* into, size_t size, size_t count, void* of) {
  auto& sending = *static_cast<Sending*>(of);
  const size_t length = std::min(size * count, sending.text.size() - sending.sent);
  std::copy_n(sending.text.data() + sending.sent, length, into);
  sending.sent += length;
  return length;
}

void SetUp(Sending& sending, const MailServer& server, const std::string& password) {
  CURL* easy = sending.easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USE_SSL,
                   static_cast<long>(server.plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!server.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, sending.from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, sending.to.get());
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, Write);
  curl_easy_setopt(easy, CURLOPT_READDATA, &sending);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, kDeadlineMs);
}

MailOutcome OutcomeOf(const Sending& sending, CURLcode code) {
  MailOutcome outcome;
  long status = 0;
  curl_easy_getinfo(sending.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  outcome.status = static_cast<int>(status);
  outcome.taken = code == CURLE_OK;
  outcome.stopped = code == CURLE_ABORTED_BY_CALLBACK;
  // What the server says of the reader, not of us.
  outcome.refused = code == CURLE_SEND_ERROR && (status == 550 || status == 551 || status == 553);
  if (!outcome.taken) outcome.detail = curl_easy_strerror(code);
  return outcome;
}

}  // namespace

void MailClient::Send(const Mail& mail, std::function<void(MailOutcome)> done) const {
  auto sending = std::make_shared<Sending>();
  sending->from = "<" + mail.from + ">";
  sending->to.reset(curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()));
  sending->text = ToMime(mail);
  sending->done = std::move(done);
  std::string password = server_.password;
  if (!server_.password_file.empty()) {
    // Without it the server refuses, and says so: the mail is tried again later.
    if (auto text = runtime::SecretTextFromFile(server_.password_file, "mail")) {
      password = *std::move(text);
    } else {
      spdlog::warn("{}", text.error().message);
    }
  }
  SetUp(*sending, server_, password);
  transfers_.Start(sending->easy.get(),
                   [sending](CURLcode code) { sending->done(OutcomeOf(*sending, code)); });
}

}  // namespace throughline::platform
