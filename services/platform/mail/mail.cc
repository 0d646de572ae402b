#include "platform/mail/mail.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "runtime/base64.h"

namespace throughline::platform {

namespace {

constexpr size_t kLine = 76;              // characters of base64
constexpr size_t kEncodedWordBytes = 42;  // so that an encoded word stays under 75 characters

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

// Whether a character of UTF-8 goes on with this byte.
bool GoesOn(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Without line ends and other control characters.
std::string OneLine(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  }
  return line;
}

// Text of a header: as it is, or in encoded words of whole characters.
std::string HeaderText(std::string_view text) {
  std::string line = OneLine(text);
  if (IsAscii(line) && line.find("=?") == std::string::npos && line.size() < kLine) return line;
  std::string words;
  for (size_t at = 0; at < line.size();) {
    size_t end = std::min(line.size(), at + kEncodedWordBytes);
    while (end < line.size() && end > at + 1 && GoesOn(line[end])) --end;
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" +
             runtime::ToBase64(line.substr(at, end - at), runtime::Base64::kStandard) + "?=";
    at = end;
  }
  return words;
}

// RFC 5322, in UTC.
std::string DateText(core::Instant instant) {
  using namespace std::chrono;
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(instant - day));
  char text[48];
  std::snprintf(text, sizeof(text), "%s, %02u %s %d %02d:%02d:%02d +0000",
                kDays[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::string Part(std::string_view type, std::string_view text, const std::string& boundary) {
  std::string crlf;
  for (const char c : text) {
    if (c == '\n') crlf += '\r';
    crlf += c;
  }
  const std::string encoded = runtime::ToBase64(crlf, runtime::Base64::kStandard);
  std::string part = "--" + boundary + "\r\nContent-Type: " + std::string(type) +
                     "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  for (size_t at = 0; at < encoded.size(); at += kLine) {
    part += encoded.substr(at, kLine) + "\r\n";
  }
  return part;
}

}  // namespace

std::string ToMime(const Mail& mail) {
  std::string text;
  const auto header = [&](const std::string& name, const std::string& value) {
    text += name + ": " + value + "\r\n";
  };
  const std::string from = "<" + OneLine(mail.from) + ">";
  // Base64 has no such text.
  const std::string boundary = "=_" + OneLine(mail.message_id).substr(0, 26) + "_=";
  header("From", mail.from_name.empty() ? from : HeaderText(mail.from_name) + " " + from);
  header("To", "<" + OneLine(mail.to) + ">");
  header("Subject", HeaderText(mail.subject));
  header("Date", DateText(mail.date));
  header("Message-ID", "<" + OneLine(mail.message_id) + ">");
  for (const auto& [name, value] : mail.headers) header(OneLine(name), OneLine(value));
  header("MIME-Version", "1.0");
  header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
  text += "\r\n";
  text += Part("text/plain", mail.plain, boundary);
  text += Part("text/html", mail.html, boundary);
  text += "--" + boundary + "--\r\n";
  return text;
}

std::string HtmlEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace throughline::platform
