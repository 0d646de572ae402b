#include "gateway/sign_in/pages.h"

#include <algorithm>
#include <array>
#include <string>

#include "gateway/sign_in/errors.h"

namespace throughline::gateway::sign_in {

namespace {

struct Words {
  std::string_view language, title, again, as_somebody_else;
  std::string_view unavailable, unknown, refused, not_accepted, unmapped, too_many;
};

constexpr std::array<Words, 2> kWords{{
    {.language = "en",
     .title = "You are not signed in",
     .again = "Sign in",
     .as_somebody_else = "Sign in as somebody else",
     .unavailable = "Your district's sign-in does not answer. Try again in a minute.",
     .unknown = "In this browser nobody is signing in, or it took too long. Begin again.",
     .refused = "Your district's sign-in did not let you in.",
     .not_accepted = "What your district's sign-in says of you was not accepted. Begin again.",
     .unmapped = "Your district's sign-in knows you, but nobody has said what your role in "
                 "Throughline is. Ask the people who run Throughline in your district.",
     .too_many = "Too many people sign in from here at once. Try again in a moment."},
    {.language = "es",
     .title = "No ha iniciado sesión",
     .again = "Iniciar sesión",
     .as_somebody_else = "Iniciar sesión con otra cuenta",
     .unavailable = "El inicio de sesión de su distrito no responde. Inténtelo de nuevo en un "
                    "minuto.",
     .unknown = "En este navegador nadie está iniciando sesión, o ha tardado demasiado. Empiece "
                "de nuevo.",
     .refused = "El inicio de sesión de su distrito no le ha dejado entrar.",
     .not_accepted = "No se ha aceptado lo que dice de usted el inicio de sesión de su distrito. "
                     "Empiece de nuevo.",
     .unmapped = "El inicio de sesión de su distrito le conoce, pero nadie ha dicho qué función "
                 "tiene en Throughline. Pregunte a quienes lo administran en su distrito.",
     .too_many = "Demasiadas personas inician sesión desde aquí a la vez. Inténtelo de nuevo en "
                 "un momento."},
}};

const Words& WordsFor(std::string_view accept_language) {
  while (!accept_language.empty()) {
    const size_t end = std::min(accept_language.find(','), accept_language.size());
    std::string_view one = accept_language.substr(0, end);
    accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    for (const Words& words : kWords) {
      if (one.starts_with(words.language)) return words;
    }
  }
  return kWords.front();
}

std::string_view SentenceFor(const core::Error& why, const Words& words) {
  const std::string& reason = why.reason;
  if (reason == ProviderUnavailable().reason) return words.unavailable;
  if (reason == RoleUnmapped().reason) return words.unmapped;
  if (reason == SignInRefused().reason) return words.refused;
  if (reason == IdTokenInvalid("").reason || reason == CodeRefused().reason) {
    return words.not_accepted;
  }
  if (reason == TooManySignIns().reason) return words.too_many;
  if (reason == AttemptUnknown().reason) return words.unknown;
  return why.message;
}

int StatusFor(const core::Error& why) {
  switch (why.code) {
    case core::Code::kUnavailable:
      return 503;
    case core::Code::kPermissionDenied:
      return 403;
    case core::Code::kResourceExhausted:
      return 429;
    default:
      return 400;
  }
}

}  // namespace

platform::http::Response RefusalPage(const core::Error& why, std::string_view accept_language) {
  const Words& words = WordsFor(accept_language);
  const bool other = why.reason == RoleUnmapped().reason;
  std::string page = "<!doctype html><html lang=\"" + std::string(words.language) +
                     "\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                     "content=\"width=device-width, initial-scale=1\"><title>";
  page.append(words.title).append(" · Throughline</title><main><h1>").append(words.title);
  page.append("</h1><p>").append(SentenceFor(why, words));
  page.append("</p><p><a href=\"/sign-in").append(other ? "?again=true" : "").append("\">");
  page.append(other ? words.as_somebody_else : words.again).append("</a></p></main></html>\n");
  return {StatusFor(why),
          {{"Content-Type", "text/html; charset=utf-8"},
           {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
           {"X-Content-Type-Options", "nosniff"},
           {"Referrer-Policy", "no-referrer"},
           {"Cache-Control", "no-store"},
           {"Vary", "Accept-Language"}},
          std::move(page)};
}

}  // namespace throughline::gateway::sign_in
