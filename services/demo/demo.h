// The command that lives through two districts of real data.
#pragma once

namespace throughline {
class CommandLine;
}

namespace throughline::demo {

// Adds itself, with its options and its help.
void AddDemo(CommandLine& line);

}  // namespace throughline::demo
