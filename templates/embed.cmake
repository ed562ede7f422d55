# cmake -DINPUTS=a.mustache;b.mustache -DOUTPUT=words.cc -P embed.cmake
# Writes the texts as one C++ source, in the order of their names.
string(REPLACE "," ";" INPUTS "${INPUTS}")
set(rows "")
foreach(input IN LISTS INPUTS)
  get_filename_component(name "${input}" NAME_WE)
  file(READ "${input}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR bytes "${digits} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" text "${hex}")
  # One literal a line of the text keeps each under every compiler's limit.
  string(REPLACE "\\x0a" "\\n\"\n    \"" text "${text}")
  string(APPEND rows "    {\"${name}\",\n    {\"${text}\", ${bytes}}},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Generated from templates/text by templates/embed.cmake.
#include \"templates/words.h\"

#include <array>

namespace kedge::templates {
namespace {
constexpr auto kWords = std::to_array<Words>({
${rows}});
}  // namespace
std::span<const Words> all_words() { return kWords; }
}  // namespace kedge::templates
")
