// A secret of the installation in a file: 32 random bytes, which only the file's owner can read.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::runtime {

using Secret = std::array<unsigned char, 32>;

// Reads it, or makes it when there is no such file. SECRET_UNUSABLE (UNAVAILABLE) when the file
// cannot be read or written, or is no secret (all zeros is none); `purpose` is what it is for, such
// as "webhooks".
core::Result<Secret> SecretFromFile(const std::filesystem::path& file, std::string_view purpose);

// A secret that others gave, such as a password: the text of a file, without the line's end. It may
// be replaced at any time, so read it again whenever it is presented. SECRET_UNUSABLE when the file
// cannot be read, or is empty or longer than a kilobyte.
core::Result<std::string> SecretTextFromFile(const std::filesystem::path& file,
                                             std::string_view purpose);

// Puts the secret in the file `next` into `file`, in the place of the one before, of which nothing
// is left as far as the file system writes in place. SECRET_UNUSABLE: it is the one or the other.
core::Result<void> ReplaceSecretFile(const std::filesystem::path& next,
                                     const std::filesystem::path& file, std::string_view purpose);

}  // namespace throughline::runtime
