// The command line: commands that add themselves, help, logs, and what the program exits with.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "throughline/connection.h"

namespace throughline {

// The same for every command.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;      // not done, or not all of it; stderr says why
inline constexpr int kWrongUsage = 2;  // the command line was wrong; nothing was done

class CommandLine {
 public:
  CommandLine();

  // A command whose options are added to what this returns; `run` gives the exit code. `examples`
  // stand at the end of its help, a command a line.
  CLI::App& Add(const std::string& name, const std::string& description,
                const std::string& examples, std::function<int()> run);
  // A command of a command.
  CLI::App& AddTo(CLI::App& parent, const std::string& name, const std::string& description,
                  const std::string& examples, std::function<int()> run);
  // A command whose options come from variables and a --config file, too.
  void AddServing(CLI::App& command) { serving_.push_back(&command); }
  // Of these the one that runs.
  const CLI::App& Serving() const { return *running_; }
  // What the program was started with.
  const std::vector<std::string>& words() const { return words_; }
  // Parses, and runs what was asked for. No exception leaves it.
  int Run(int argc, char** argv);

 private:
  int RunCommand();

  CLI::App app_;
  std::vector<CLI::App*> serving_;
  const CLI::App* running_ = nullptr;
  std::vector<std::string> words_;
  std::function<int()> run_;
};

// --data or --connect, one of which must be given; and what goes with --connect, and with --data
// unless the command only reads.
void AddConnection(CLI::App& command, ConnectionOptions& options);
// --district, which must be given.
void AddDistrict(CLI::App& command, std::string& district);

// Says on stderr what went wrong and what to do next; kFailed.
int Fail(const core::Error& error);

}  // namespace throughline
