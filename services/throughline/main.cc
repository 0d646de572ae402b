#include "demo/demo.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"

int main(int argc, char** argv) {
  throughline::CommandLine line;
  throughline::AddServe(line);
  throughline::AddImport(line);
  throughline::AddPush(line);
  throughline::AddProbe(line);
  throughline::AddSchedule(line);
  throughline::AddWatch(line);
  throughline::AddShow(line);
  throughline::AddAccess(line);
  throughline::AddErase(line);
  throughline::AddExport(line);
  throughline::AddWhatIf(line);
  throughline::AddBackup(line);
  throughline::AddIdentities(line);
  throughline::AddRestore(line);
  throughline::AddRepartition(line);
  throughline::AddCheck(line);
  throughline::AddDoctor(line);
  throughline::AddAudit(line);
  throughline::demo::AddDemo(line);
  return line.Run(argc, argv);
}
