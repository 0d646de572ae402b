// Values in the form in which people read them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "disclosure/enum_words.h"

namespace throughline {

// 1234567 as "1,234,567".
std::string Counted(int64_t count);
// "1 class", "2 classes": the plural is that of English nouns that take -s or -es.
std::string Counted(int64_t count, std::string_view noun);
// Two decimals, or fewer when asked.
std::string Decimal(double value, int places = 2);
// 0.4567 as "45.7 %".
std::string Percent(double share);

// Where something belongs: "(district)" for what is of no school, and "(school)" for what is of a
// school and no team of it.
std::string SchoolCell(const std::string& school);
std::string TeamCell(const std::string& school, const std::string& team);

// With spaces for line ends and other control characters, so that what came in from elsewhere can
// neither break a line nor steer a terminal.
std::string OneLine(std::string text);

using disclosure::WordOf;
// The value that WordOf gives for `word`, with - or _ for spaces too; 0 for any other.
int ValueOf(const google::protobuf::EnumDescriptor& type, std::string_view word);
// All words but that of 0, to choose from.
std::vector<std::string> WordsOf(const google::protobuf::EnumDescriptor& type);

}  // namespace throughline
