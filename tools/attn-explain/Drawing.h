//===- Drawing.h - a map of a mask as text, SVG and PNG ---------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_DRAWING_H
#define ATTN_TOOLS_ATTNEXPLAIN_DRAWING_H

#include "tools/attn-explain/MaskMap.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace attnexplain {

/// What the rows and columns are: "queries [0, 64) down, keys [0, 64) across, a
/// cell is 1 x 1".
std::string describeAxes(const MapGrid &grid);

/// A line for each row, after that a legend.
void printPicture(const MapGrid &grid, llvm::raw_ostream &stream);

/// The map with its axes and a legend. Cells of one kind beside each other are
/// one rectangle.
void writeSvg(const MapGrid &grid, llvm::StringRef title,
              llvm::raw_ostream &stream);

/// The map alone, in the colours of the SVG, as the bytes of a file.
llvm::Expected<std::string> encodePng(const MapGrid &grid);

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_DRAWING_H
