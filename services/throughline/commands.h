// The commands of the program. Each adds itself, with its options and its help, to the command
// line, which runs the one that was asked for.
#pragma once

namespace throughline {

class CommandLine;

void AddServe(CommandLine& line);
void AddImport(CommandLine& line);
void AddPush(CommandLine& line);
void AddProbe(CommandLine& line);
void AddSchedule(CommandLine& line);
void AddWatch(CommandLine& line);
void AddShow(CommandLine& line);
void AddAccess(CommandLine& line);
void AddErase(CommandLine& line);
void AddExport(CommandLine& line);
void AddIdentities(CommandLine& line);
void AddWhatIf(CommandLine& line);
void AddBackup(CommandLine& line);
void AddRestore(CommandLine& line);
void AddRepartition(CommandLine& line);
void AddCheck(CommandLine& line);
void AddDoctor(CommandLine& line);
void AddAudit(CommandLine& line);

}  // namespace throughline
