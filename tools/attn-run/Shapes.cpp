//===- Shapes.cpp - the shapes of a spec's arguments ----------------------===//

#include "tools/attn-run/Shapes.h"

#include "tools/attn-run/Array.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace llvm;
using namespace mlir;
using mlir::attn::AttentionOp;

namespace attnrun {

ShapedType typeOfArgument(func::FuncOp entry, unsigned argument) {
  return mlir::attn::getTableType(entry.getArgument(argument));
}

bool isNumber(func::FuncOp entry, unsigned argument) {
  return !isa<ShapedType>(entry.getArgumentTypes()[argument]);
}

Shape openShape(ShapedType type) {
  Shape shape(type.getShape());
  for (int64_t &size : shape)
    if (ShapedType::isDynamic(size))
      size = -1;
  return shape;
}

SmallVector<std::pair<mlir::attn::MaskTable, AttentionOp>>
tablesOfArgument(func::FuncOp entry, unsigned argument) {
  SmallVector<std::pair<mlir::attn::MaskTable, AttentionOp>> tables;
  for (AttentionOp op : entry.getOps<AttentionOp>())
    for (const mlir::attn::MaskTable &table :
         mlir::attn::collectTables(op.getMask()))
      if (table.values == entry.getArgument(argument))
        tables.emplace_back(table, op);
  return tables;
}

/// The same of modifications of scores.
static SmallVector<std::pair<mlir::attn::ScoreTable, AttentionOp>>
scoreTablesOfArgument(func::FuncOp entry, unsigned argument) {
  SmallVector<std::pair<mlir::attn::ScoreTable, AttentionOp>> tables;
  for (AttentionOp op : entry.getOps<AttentionOp>())
    for (const mlir::attn::ScoreTable &table :
         mlir::attn::collectScoreTables(op))
      if (table.values == entry.getArgument(argument))
        tables.emplace_back(table, op);
  return tables;
}

std::string nameOfArgument(func::FuncOp entry, unsigned argument) {
  SmallVector<std::string> roles;
  for (OpOperand &use : entry.getArgument(argument).getUses())
    if (isa<AttentionOp>(use.getOwner()))
      roles.push_back(std::string(1, "qkv"[use.getOperandNumber()]));
  for (auto &[table, op] : tablesOfArgument(entry, argument))
    roles.push_back(table.name.str());
  for (auto &[table, op] : scoreTablesOfArgument(entry, argument))
    roles.push_back(table.name.str());
  llvm::sort(roles);
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  std::string name = "argument " + std::to_string(argument);
  return roles.empty() ? name : name + " (" + join(roles, ", ") + ")";
}

bool fits(ArrayRef<int64_t> shape, ArrayRef<int64_t> open) {
  return shape.size() == open.size() && all_of(zip(shape, open), [](auto pair) {
           auto [size, expected] = pair;
           return expected < 0 || size == expected;
         });
}

//===----------------------------------------------------------------------===//
// Finding shapes
//===----------------------------------------------------------------------===//

ShapeSolver::ShapeSolver(func::FuncOp entry) : entry(entry) {
  for (unsigned i = 0; i < entry.getNumArguments(); ++i)
    shapes.push_back(openShape(typeOfArgument(entry, i)));
}

Error ShapeSolver::add(ArrayRef<std::string> shapes,
                       ArrayRef<std::string> sizes) {
  for (StringRef shape : shapes)
    if (Error error = addShape(shape))
      return error;
  // N fills what the others leave open.
  std::vector<std::string> ordered = sizes;
  std::stable_partition(ordered.begin(), ordered.end(),
                        [](StringRef size) { return !size.starts_with("N="); });
  for (StringRef size : ordered)
    if (Error error = addSize(size))
      return error;
  return Error::success();
}

Error ShapeSolver::addShape(StringRef text) {
  auto [number, sizes] = text.split(':');
  unsigned argument = 0;
  Shape shape;
  bool good = !number.getAsInteger(10, argument);
  for (StringRef part : split(sizes, 'x')) {
    int64_t size = -1;
    good &= !part.getAsInteger(10, size) && size >= 0;
    shape.push_back(size);
  }
  if (!good)
    return createStringError(
        "expected --shape=ARG:SIZExSIZE..., such as --shape=0:1x8x4096x64, got "
        "'" +
        text + "'");
  if (argument >= shapes.size())
    return createStringError("expected --shape for one of the " +
                             Twine(shapes.size()) + " arguments of '" +
                             entry.getName() + "', got " + number);
  Shape open = openShape(typeOfArgument(entry, argument));
  if (!fits(shape, open))
    return createStringError("expected shape " + shapeText(open) + " for " +
                             nameOfArgument(entry, argument) + ", got " +
                             shapeText(shape));
  shapes[argument] = shape;
  return Error::success();
}

SmallVector<StringRef> ShapeSolver::namesOf(unsigned argument,
                                            unsigned dimension) {
  SmallVector<StringRef> names;
  for (auto &[table, op] : scoreTablesOfArgument(entry, argument)) {
    StringRef size = table.sizes[dimension];
    if (size == "batch")
      names.push_back("B");
    else if (size == "query_heads")
      names.push_back("H");
    else if (size == "queries")
      names.append({"Nq", "N"});
    else if (size == "keys")
      names.append({"Nk", "N"});
    else
      names.push_back(table.name);
  }
  for (auto &[table, op] : tablesOfArgument(entry, argument))
    if (table.size == "queries")
      names.append({"Nq", "N"});
    else if (table.size == "keys")
      names.append({"Nk", "N"});
    else
      names.push_back(table.name);
  for (OpOperand &use : entry.getArgument(argument).getUses()) {
    auto op = dyn_cast<AttentionOp>(use.getOwner());
    if (!op)
      continue;
    bool isQuery = use.getOperandNumber() == 0;
    if (dimension == 0)
      names.push_back("B");
    else if (dimension == op.getHeadDimension())
      names.push_back(isQuery ? "H" : "Hkv");
    else if (dimension == op.getTokenDimension())
      names.append({isQuery ? "Nq" : "Nk", "N"});
  }
  return names;
}

Error ShapeSolver::setSize(unsigned argument, unsigned dimension,
                           StringRef name, int64_t value) {
  int64_t &size = shapes[argument][dimension];
  // What a more telling name says stays.
  if (size >= 0 && size != value && name != "N")
    return createStringError("expected " + Twine(size) + " for " + name +
                             ", which is size " + Twine(dimension) + " of " +
                             nameOfArgument(entry, argument) + ", got " +
                             Twine(value));
  if (size < 0)
    size = value;
  return Error::success();
}

Error ShapeSolver::addSize(StringRef text) {
  auto [name, number] = text.split('=');
  int64_t value;
  if (number.getAsInteger(10, value) || value < 0)
    return createStringError(
        "expected --size=NAME=SIZE, such as --size=N=4096, got '" + text + "'");
  SmallVector<StringRef> known;
  bool isUsed = false;
  for (unsigned argument = 0; argument < shapes.size(); ++argument)
    for (unsigned d = 0; d < shapes[argument].size(); ++d) {
      if (!typeOfArgument(entry, argument).isDynamicDim(d))
        continue;
      SmallVector<StringRef> names = namesOf(argument, d);
      append_range(known, names);
      if (!is_contained(names, name))
        continue;
      isUsed = true;
      if (Error error = setSize(argument, d, name, value))
        return error;
    }
  if (isUsed)
    return Error::success();
  llvm::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return createStringError("expected --size for a dynamic size of '" +
                           entry.getName() + "' (" +
                           (known.empty() ? "it has none" : join(known, ", ")) +
                           "), got '" + name + "'");
}

void ShapeSolver::fill(
    llvm::function_ref<int64_t(unsigned argument, StringRef name)> choose) {
  for (unsigned argument = 0; argument < shapes.size(); ++argument)
    for (auto [d, size] : enumerate(shapes[argument]))
      if (SmallVector<StringRef> names = namesOf(argument, d);
          size < 0 && !names.empty())
        size = choose(argument, names.back());
}

Expected<std::vector<Shape>> ShapeSolver::take() {
  for (unsigned argument = 0; argument < shapes.size(); ++argument)
    for (auto [d, size] : enumerate(shapes[argument])) {
      if (size >= 0)
        continue;
      SmallVector<StringRef> names = namesOf(argument, d);
      std::string help =
          names.empty() ? "" : "--size=" + names.back().str() + "=SIZE or ";
      return createStringError("expected a value for size " + Twine(d) +
                               " of " + nameOfArgument(entry, argument) +
                               ", which is dynamic, got none: give " + help +
                               "--shape=" + Twine(argument) + ":...");
    }
  return shapes;
}

} // namespace attnrun
