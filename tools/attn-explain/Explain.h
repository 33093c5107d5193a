//===- Explain.h - what a spec will cost, without running it ----*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_EXPLAIN_H
#define ATTN_TOOLS_ATTNEXPLAIN_EXPLAIN_H

#include "tools/attn-explain/PlannedSpec.h"
#include "tools/attn-explain/SpecReport.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace attnexplain {

/// What is asked about a spec, as it was written.
struct ExplainOptions {
  SpecSource source;
  /// What the plan is for.
  std::string targetCpu = "host";
  /// Counted from 0; none: all of the entry.
  std::optional<std::string> attention;

  /// Whether the report has pictures; files have theirs anyhow.
  bool hasPictures = true;
  /// Counted from 0; none: the first.
  std::optional<std::string> head;
  /// LO:HI, none: all.
  std::optional<std::string> queries, keys;
  /// ROWSxCOLUMNS at most.
  std::optional<std::string> picture;
  std::optional<std::string> svg, png;

  /// A machine beside the targets; both or none.
  std::optional<std::string> peakGflops, bandwidthGbs;
};

/// Reads the spec, plans it, and writes the files that are asked for, if all
/// else went well.
llvm::Expected<SpecReport> explain(const ExplainOptions &options);

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_EXPLAIN_H
