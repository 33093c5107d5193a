//===- CommandLine.cpp - reads the command line of a tool -----------------===//

#include "tools/attn-run/CommandLine.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace attnrun {

/// LLVM's complaint as one line in our spelling.
static std::string rephrase(StringRef complaint, StringRef tool) {
  StringRef line = complaint.split('\n').first;
  if (line.consume_front(tool))
    line.consume_front(": ");
  if (line.consume_front("Unknown command line argument '"))
    return ("expected an option that " + tool + " --help lists, got '" +
            line.take_until([](char c) { return c == '\''; }) + "'")
        .str();
  std::string text = line.rtrim("!. ").str();
  if (!text.empty())
    text[0] = toLower(text[0]);
  return text;
}

const cl::Option *findOption(OptionCategories categories,
                             function_ref<bool(const cl::Option &)> isIt) {
  const cl::Option *first = nullptr;
  for (auto &[name, option] : cl::getRegisteredOptions()) {
    bool isOurs = any_of(categories, [&, option = option](auto *category) {
      return is_contained(option->Categories, category);
    });
    if (isOurs && isIt(*option) && (!first || name < first->ArgStr))
      first = option;
  }
  return first;
}

Error parseCommandLine(int argc, char **argv, StringRef overview,
                       OptionCategories categories) {
  cl::HideUnrelatedOptions(categories);
  std::string complaint;
  raw_string_ostream complaints(complaint);
  bool areRead = cl::ParseCommandLineOptions(argc, argv, overview, &complaints);
  if (!areRead &&
      complaint.empty()) // LLVM has printed what is wrong with a value
    std::exit(EXIT_FAILURE);
  if (!areRead)
    return createStringError(rephrase(complaint, sys::path::filename(argv[0])));
  const cl::Option *repeated =
      findOption(categories, [](const cl::Option &option) {
        return option.getNumOccurrencesFlag() != cl::ZeroOrMore &&
               option.getNumOccurrences() > 1;
      });
  if (repeated)
    return createStringError("expected --" + repeated->ArgStr +
                             " once, got it " +
                             Twine(repeated->getNumOccurrences()) + " times");
  return Error::success();
}

} // namespace attnrun
