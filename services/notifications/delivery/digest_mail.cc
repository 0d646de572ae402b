#include "notifications/delivery/digest_mail.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "disclosure/enum_words.h"
#include "notifications/domain/students_command.h"

namespace throughline::notifications {

namespace {

using platform::HtmlEscaped;

// "Third grade, grade-3"; the id alone where no other name is known.
std::string Called(const std::string& name, const std::string& id) {
  return name.empty() || name == id ? id : name + ", " + id;
}

std::string Line(const v1::DigestItem& item, const std::string& district) {
  std::string line = disclosure::WordOf(item.trigger());
  if (item.resolved()) line += ", resolved";
  if (!item.resolved() && item.severity() == cycles::v1::SEVERITY_CRITICAL) line += ", critical";
  std::vector<std::string> about;
  if (!item.team().empty()) about.push_back(Called(item.names().team(), item.team()));
  if (!item.indicator().empty()) {
    about.push_back(Called(item.names().indicator(), item.indicator()));
  }
  if (!item.names().group().empty()) about.push_back(item.names().group());
  if (!about.empty()) line += fmt::format(" ({})", fmt::join(about, "; "));
  if (!item.sentence().empty()) line += ": " + item.sentence();
  const std::string command =
      StudentsCommand(item.trigger(), {district, item.school(), item.team(), item.indicator()});
  if (!item.resolved() && !command.empty()) line += " Who they are: " + command;
  return line;
}

std::string Count(int count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

platform::Mail DigestMail(const v1::Delivery& delivery, const std::string& from,
                          const std::string& unsubscribe) {
  const v1::Digest& digest = delivery.digest();
  std::map<std::string, std::vector<std::string>> by_school;
  std::map<std::string, std::string> names;
  for (const v1::DigestItem& item : digest.items()) {
    by_school[item.school()].push_back(Line(item, delivery.district()));
    names[item.school()] =
        item.school().empty() ? "The whole district" : Called(item.names().school(), item.school());
  }
  const std::string day = core::FormatDate(core::FromDays(digest.day()));
  const std::string title = fmt::format("{}: {} on {}", digest.district_name(),
                                        Count(digest.items_size() + digest.more(), "alert"), day);
  std::string plain = title + "\n";
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{0}</title></head><body>\n"
      "<h1>{0}</h1>\n",
      HtmlEscaped(title));
  for (const auto& [school, lines] : by_school) {
    plain += "\n" + names[school] + "\n";
    html += "<h2>" + HtmlEscaped(names[school]) + "</h2>\n<ul>\n";
    for (const std::string& line : lines) {
      plain += "- " + line + "\n";
      html += "<li>" + HtmlEscaped(line) + "</li>\n";
    }
    html += "</ul>\n";
  }
  if (digest.more() > 0) {
    const std::string more = fmt::format("And {}.", Count(digest.more(), "more alert"));
    plain += "\n" + more + "\n";
    html += "<p>" + more + "</p>\n";
  }
  plain += "\nTo be sent no more of these: " + unsubscribe + "\n";
  html += "<p><a href=\"" + HtmlEscaped(unsubscribe) +
          "\">Unsubscribe</a> to be sent no more of these.</p>\n</body></html>\n";

  platform::Mail mail;
  mail.from = from;
  mail.from_name = "Throughline";
  mail.to = digest.address();
  mail.subject = title;
  mail.message_id = delivery.delivery() + "@" + from.substr(from.find('@') + 1);
  mail.date = core::FromMillis(delivery.created_at_ms());
  mail.headers = {{"List-Unsubscribe", "<" + unsubscribe + ">"},
                  {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
                  {"Auto-Submitted", "auto-generated"}};
  mail.plain = std::move(plain);
  mail.html = std::move(html);
  return mail;
}

}  // namespace throughline::notifications
