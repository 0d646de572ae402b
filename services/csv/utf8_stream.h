// Bytes of a text file as UTF-8: UTF-16 is detected by its byte order mark, or by the zero bytes of
// a text that begins with an ASCII letter, and is recoded while it is read. Anything else stays as
// it is. Not by iconv: its UTF-16 and Windows-1252 are modules that it looks for when it runs, and
// an image with nothing but the program has none.
#pragma once

#include <memory>

#include "csv/byte_stream.h"

namespace throughline::csv {

std::unique_ptr<ByteStream> AsUtf8(std::unique_ptr<ByteStream> stream);

}  // namespace throughline::csv
