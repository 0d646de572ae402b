#include "throughline/command_line.h"

#include <algorithm>
#include <iostream>

#include "platform/host/core_dumps.h"
#include "platform/host/logs.h"
#include "platform/host/serving_options.h"
#include "platform/host/version.h"
#include "throughline/failure.h"

namespace throughline {

namespace {

constexpr char kAbout[] =
    "Throughline watches a district's assessment results as they come in, and says which team\n"
    "should look at what: growth, gaps, missing evidence, by inquiry cycle.\n"
    "\n"
    "Commands work on a data directory of their own (--data DIR), or ask a program that serves "
    "one\n"
    "(--connect ADDRESS). backup, restore and check look after such directories, and doctor looks\n"
    "whether everything that a program needs is as it should be.";

constexpr char kFooter[] =
    "To begin with:\n"
    "  throughline import bundle/ --district lakeside --data ./data\n"
    "  throughline show alerts --district lakeside --data ./data\n"
    "  throughline serve --data ./data\n"
    "\n"
    "`throughline COMMAND --help` explains a command.\n"
    "Exit codes: 0 done; 1 not done, or not all of it, and stderr says why; 2 wrong command line.";

}  // namespace

CommandLine::CommandLine() : app_(kAbout, "throughline") {
  app_.footer(kFooter);
  app_.require_subcommand(1);
  app_.set_version_flag("--version", platform::VersionOf("throughline"));
  app_.get_formatter()->column_width(34);
}

CLI::App& CommandLine::Add(const std::string& name, const std::string& description,
                           const std::string& examples, std::function<int()> run) {
  return AddTo(app_, name, description, examples, std::move(run));
}

CLI::App& CommandLine::AddTo(CLI::App& parent, const std::string& name,
                             const std::string& description, const std::string& examples,
                             std::function<int()> run) {
  CLI::App& command = *parent.add_subcommand(name, description);
  if (!examples.empty()) command.footer("Examples:\n" + examples);
  if (run) command.final_callback([this, run = std::move(run)] { run_ = run; });
  return command;
}

namespace {

// Says of the first word that should be a command and is none which there are; CLI11 does not name
// it. Empty when there is no such word.
std::string WhatIsNoCommand(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* at = &app;
  std::string path;
  for (const std::string& word : words) {
    if (at->get_require_subcommand_min() == 0 || word.starts_with('-')) return "";
    // CLI11 has groups of options as commands without a name.
    const auto commands =
        at->get_subcommands([](const CLI::App* one) { return !one->get_name().empty(); });
    const auto named = [&](const CLI::App* one) { return one->check_name(word); };
    const auto found = std::find_if(commands.begin(), commands.end(), named);
    if (found != commands.end()) {
      at = *found;
      path += word + " ";
      continue;
    }
    std::string names;
    for (const CLI::App* one : commands) names += (names.empty() ? "" : ", ") + one->get_name();
    return "throughline: There is no command `" + path + word.substr(0, 40) +
           "`. There are: " + names + ".\n";
  }
  return "";
}

}  // namespace

int CommandLine::Run(int argc, char** argv) {
  platform::ForbidCoreDumps();
  if (argc == 1) {
    std::cout << app_.help();
    return kWrongUsage;
  }
  try {
    words_.assign(argv + 1, argv + argc);
    std::vector<std::string> words = words_;
    if (const std::string wrong = WhatIsNoCommand(app_, words); !wrong.empty()) {
      std::cerr << wrong << "Run with --help for more information.\n";
      return kWrongUsage;
    }
    for (const CLI::App* command : serving_) {
      if (words.front() != command->get_name()) continue;
      running_ = command;
      words = platform::Completed(*command, words);
    }
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app_.parse(words);
  } catch (const CLI::Error& error) {
    return app_.exit(error) == 0 ? kDone : kWrongUsage;
  }
  return RunCommand();
}

int CommandLine::RunCommand() {
  platform::SetUpLogs({});
  try {
    return run_();
  } catch (const std::exception& failure) {
    return Fail({core::Code::kInternal, "UNEXPECTED", failure.what(), ""});
  }
}

void AddConnection(CLI::App& command, ConnectionOptions& options) {
  CLI::Option_group& where = *command.add_option_group("Where", "One of these must be given");
  CLI::Option& data =
      *where
           .add_option("--data", options.data,
                       "Directory with the data, made when it does not exist; no other program may "
                       "be using it")
           ->type_name("DIR");
  CLI::Option& connect =
      *where
           .add_option("--connect", options.connect,
                       "Address of a program that serves, such as 127.0.0.1:7400; of services "
                       "apart: plans=ADDRESS,evidence=ADDRESS,cycles=ADDRESS,notifications=ADDRESS")
           ->type_name("ADDRESS");
  where.require_option(1);
  if (!options.only_reads) {
    command
        .add_flag("--accept-clock", options.accept_clock,
                  "The machine's clock is right although it is weeks after the last event")
        ->needs(&data);
  }
  const auto with_connect = [&](const char* name, std::string& to, const char* what) {
    command.add_option(name, to, what)->needs(&connect)->type_name("FILE")->group("With --connect");
  };
  with_connect("--tls-ca", options.tls_ca,
               "PEM of who signs the server's certificate; with it the connection is TLS");
  with_connect("--tls-cert", options.tls_cert, "PEM of the certificate to show, with --tls-key");
  with_connect("--tls-key", options.tls_key, "PEM of its key");
  with_connect("--token", options.token_file,
               "File with the bearer token to send, read again with every call");
}

void AddDistrict(CLI::App& command, std::string& district) {
  command.add_option("--district", district, "Id of the district")->required()->type_name("ID");
}

int Fail(const core::Error& error) {
  std::cerr << Describe(error);
  return kFailed;
}

}  // namespace throughline
