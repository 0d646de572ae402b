// All that is held of one student, as files for whoever asked for it: student.json with all of it,
// and tables that a spreadsheet opens. Each is its owner's alone, and none is written over.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "throughline/evidence/v1/students.pb.h"

namespace throughline {

// Name and text of each. Pure.
std::vector<std::pair<std::string, std::string>> StudentFiles(
    const evidence::v1::StudentRecord& record);

// The directory for them. FILES_EXIST when there is something at the path.
core::Result<void> MakeStudentDirectory(const std::filesystem::path& directory);
// Writes them into it, all or none; returns their names.
core::Result<std::vector<std::string>> WriteStudentFiles(const evidence::v1::StudentRecord& record,
                                                         const std::filesystem::path& directory);

}  // namespace throughline
