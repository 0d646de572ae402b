// The board, a page in the browser that uses the public API and nothing else, and its files.
//
// At / a browser, which accepts text/html, gets the page; everybody else gets what there is
// besides. The page is asked for anew each time, and answered with 304 as long as it is the same.
// Its files are below /board/<version>/ and never change there. All of it is packed with Brotli or
// gzip for those that accept that. None of it needs a credential: it is the same for everybody and
// says nothing of a district.
//
// The policy of its content allows files of this server and nothing else: no script or style in the
// page, no other site, no frame around it.
#pragma once

#include <string>
#include <string_view>

#include "platform/http/routes.h"

namespace throughline::gateway::board {

namespace http = platform::http;

// `otherwise` answers at / whoever wants no page; `refuse` what names no file.
void AddBoardRoutes(http::Routes& routes, http::Handler otherwise, http::Routes::Refuse refuse);

// Whether a header Accept names text/html, and does not say that it is not wanted.
bool AcceptsPage(std::string_view accept);
// The encoding that packs smallest of those that a header Accept-Encoding names and does not say
// are not wanted: br or gzip, or empty.
std::string EncodingFor(std::string_view accept_encoding);

}  // namespace throughline::gateway::board
