#include "platform/mail/mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::platform {
namespace {

using testing::HasSubstr;
using testing::Not;

Mail Letter() {
  Mail mail;
  mail.from = "throughline@example.org";
  mail.to = "lead@example.org";
  mail.subject = "Alerts";
  mail.message_id = "abc@example.org";
  mail.date = *core::ParseInstant("2026-09-01T06:05:04Z");
  mail.plain = "Two lines\nof text\n";
  mail.html = "<p>Text</p>";
  return mail;
}

TEST(Mail, HasBothTextsAndItsHeaders) {
  Mail mail = Letter();
  mail.headers = {{"List-Unsubscribe", "<https://example.org/u?token=x>"}};
  const std::string text = ToMime(mail);
  EXPECT_THAT(text, HasSubstr("From: <throughline@example.org>\r\n"));
  EXPECT_THAT(text, HasSubstr("Date: Tue, 01 Sep 2026 06:05:04 +0000\r\n"));
  EXPECT_THAT(text, HasSubstr("Message-ID: <abc@example.org>\r\n"));
  EXPECT_THAT(text, HasSubstr("List-Unsubscribe: <https://example.org/u?token=x>\r\n"));
  EXPECT_THAT(text, HasSubstr("VHdvIGxpbmVzDQpvZiB0ZXh0DQo=\r\n")) << "lines end in CR LF";
  EXPECT_THAT(text, HasSubstr("PHA+VGV4dDwvcD4=\r\n"));
}

TEST(Mail, TextInAHeaderBeginsNoOtherHeader) {
  Mail mail = Letter();
  mail.subject = "Alerts\r\nBcc: everybody@example.org";
  mail.to = "lead@example.org\r\nBcc: x@example.org";
  EXPECT_THAT(ToMime(mail), Not(HasSubstr("\nBcc:")));
}

TEST(Mail, ASubjectInOtherLettersIsEncodedWord) {
  Mail mail = Letter();
  mail.subject = "Málaga: 8 alertas";
  EXPECT_THAT(ToMime(mail), HasSubstr("Subject: =?UTF-8?B?TcOhbGFnYTogOCBhbGVydGFz?=\r\n"));
  mail.subject.clear();
  for (int i = 0; i < 60; ++i) mail.subject += "é";
  const std::string text = ToMime(mail);
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find("\r\n", at);
    EXPECT_LE(end - at, 90u);
    at = end + 2;
  }
}

TEST(Mail, HtmlIsEscaped) {
  EXPECT_EQ(HtmlEscaped("<a href=\"x\" id='y'>&"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
}

}  // namespace
}  // namespace throughline::platform
