// A directory that is there with everything in it, on disk, or not at all: it is filled beside its
// place, under a name of its own, and then takes it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace throughline::runtime {

class NewDirectory {
 public:
  // DIRECTORY_NOT_EMPTY when something is there. Its owner's alone, as are the files made in it.
  static core::Result<NewDirectory> Begin(const std::string& at);
  NewDirectory(NewDirectory&& from) noexcept;
  NewDirectory& operator=(NewDirectory&&) = delete;
  // Takes away what did not get to its place, and the directories above that were made for it.
  ~NewDirectory();

  // Where it is filled.
  std::string path() const { return beside_.string(); }
  // Where a file of that name is to be written.
  std::string PathOf(const std::string& file) const { return (beside_ / file).string(); }
  // Makes the file, empty. False: it cannot be made.
  bool Make(const std::string& file) const;
  // Moves it to its place, when everything is on disk.
  core::Result<void> Finish();

 private:
  using Paths = std::vector<std::filesystem::path>;
  NewDirectory(std::filesystem::path at, std::filesystem::path beside, Paths parents);
  std::filesystem::path at_;
  std::filesystem::path beside_;  // empty: moved, or somebody else's now
  Paths parents_;                 // made for it, the deepest first
};

}  // namespace throughline::runtime
