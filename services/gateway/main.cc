#include "gateway/gateway_program.h"

int main(int argc, char** argv) {
  throughline::gateway::GatewayProgram program;
  return program.Run(argc, argv);
}
