//===- Inputs.cpp - the arguments of the entry function -------------------===//

#include "tools/attn-run/Inputs.h"

#include "tools/attn-run/Npy.h"
#include "tools/attn-run/Spec.h"

#include "llvm/ADT/StringExtras.h"

#include <random>

using namespace llvm;
using namespace mlir;
using mlir::attn::AttentionOp;

namespace attnrun {

using Shape = SmallVector<int64_t, 4>;

static RankedTensorType typeOfArgument(func::FuncOp entry, unsigned argument) {
  return cast<RankedTensorType>(entry.getArgumentTypes()[argument]);
}

static Shape openShape(RankedTensorType type) {
  Shape shape(type.getShape());
  for (int64_t &size : shape)
    if (ShapedType::isDynamic(size))
      size = -1;
  return shape;
}

/// The tables of masks that are this argument, with an attention op that uses
/// the mask.
static SmallVector<std::pair<mlir::attn::MaskTable, AttentionOp>>
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

/// Argument 0 (q), by the attention ops that use it.
static std::string nameOfArgument(func::FuncOp entry, unsigned argument) {
  SmallVector<std::string> roles;
  for (OpOperand &use : entry.getArgument(argument).getUses())
    if (isa<AttentionOp>(use.getOwner()))
      roles.push_back(std::string(1, "qkv"[use.getOperandNumber()]));
  for (auto &[table, op] : scoreTablesOfArgument(entry, argument))
    roles.push_back(table.name.str());
  for (auto &[table, op] : tablesOfArgument(entry, argument))
    roles.push_back(table.name.str());
  llvm::sort(roles);
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  std::string name = "argument " + std::to_string(argument);
  return roles.empty() ? name : name + " (" + join(roles, ", ") + ")";
}

static bool fits(ArrayRef<int64_t> shape, ArrayRef<int64_t> open) {
  return shape.size() == open.size() && all_of(zip(shape, open), [](auto pair) {
           auto [size, expected] = pair;
           return expected < 0 || size == expected;
         });
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static Error checkInput(func::FuncOp entry, unsigned argument,
                        const Array &array) {
  RankedTensorType type = typeOfArgument(entry, argument);
  Shape open = openShape(type);
  attn_type expected = *elementTypeOf(type);
  std::string what = nameOfArgument(entry, argument);
  if (array.type() != expected)
    return createStringError("expected " + typeName(expected) + " for " + what +
                             ", got " + typeName(array.type()));
  if (array.shape().size() != open.size())
    return createStringError("expected rank " + Twine(open.size()) + " for " +
                             what + ", got shape " + shapeText(array.shape()));
  if (!fits(array.shape(), open))
    return createStringError("expected shape " + shapeText(open) + " for " +
                             what + ", got " + shapeText(array.shape()));
  return Error::success();
}

static Expected<std::vector<Array>> readInputs(func::FuncOp entry,
                                               ArrayRef<std::string> files) {
  if (files.size() != entry.getNumArguments())
    return createStringError("expected " + Twine(entry.getNumArguments()) +
                             " --in, one for each argument of '" +
                             entry.getName() + "', got " + Twine(files.size()));
  std::vector<Array> arrays;
  for (auto [argument, file] : enumerate(files)) {
    Expected<Array> array = readNpy(file);
    if (!array)
      return array.takeError();
    if (Error error = checkInput(entry, argument, *array))
      return createStringError("'" + file + "': " + toString(std::move(error)));
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

//===----------------------------------------------------------------------===//
// Shapes of random arrays
//===----------------------------------------------------------------------===//

namespace {

/// Finds the shapes of the arguments from --size and --shape.
class ShapeSolver {
public:
  explicit ShapeSolver(func::FuncOp entry) : entry(entry) {
    for (unsigned i = 0; i < entry.getNumArguments(); ++i)
      shapes.push_back(openShape(typeOfArgument(entry, i)));
  }

  /// ARG:1x8x4096x64
  Error addShape(StringRef text);
  /// NAME=N
  Error addSize(StringRef text);
  /// All shapes, or what is missing.
  Expected<std::vector<Shape>> take();

private:
  /// The names of a dimension, the most telling first.
  SmallVector<StringRef> namesOf(unsigned argument, unsigned dimension);
  Error setSize(unsigned argument, unsigned dimension, StringRef name,
                int64_t value);

  func::FuncOp entry;
  std::vector<Shape> shapes;
};

} // namespace

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

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

void fillRandom(MutableArrayRef<Array> arrays, uint64_t seed) {
  std::mt19937_64 engine(seed);
  auto sumOfFour = [&]() -> int64_t {
    uint64_t bits = engine();
    return (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) +
           (bits >> 48);
  };
  constexpr int64_t mean = 6 * 0xffff;
  for (Array &array : arrays)
    for (int64_t i = 0; array.type() != ATTN_I32 && i < array.numElements();
         ++i) {
      int64_t sum = sumOfFour() + sumOfFour() + sumOfFour();
      array.store(i, float(sum - mean) / 65536);
    }
}

/// Tables that a kernel takes: offsets in random places, other elements in
/// their range; flags of which one in eight is set.
static void fillTables(func::FuncOp entry, MutableArrayRef<Array> arrays,
                       uint64_t seed) {
  std::mt19937_64 engine(seed);
  for (auto [argument, array] : enumerate(arrays)) {
    auto tables = tablesOfArgument(entry, argument);
    if (array.type() != ATTN_I32 || tables.empty())
      continue;
    // What holds for all that the table is used for; -1: any elements.
    int64_t limit = -1;
    bool isOffsets = false;
    for (auto &[table, op] : tables) {
      isOffsets |= table.isOffsets;
      if (table.limit.empty())
        continue;
      mlir::Value of = table.limit == "queries" ? op.getQ() : op.getK();
      // All but the width of a result is as in q.
      while (auto producer = of.getDefiningOp<AttentionOp>())
        of = producer.getQ();
      auto lengths = cast<BlockArgument>(of).getArgNumber();
      int64_t length = arrays[lengths].shape()[op.getTokenDimension()];
      limit = limit < 0 ? length : std::min(limit, length);
    }
    MutableArrayRef<int32_t> elements = array.integers32();
    for (int32_t &element : elements)
      element = limit < 0 ? engine() % 8 == 0 : engine() % (limit + 1);
    if (!isOffsets || elements.empty())
      continue;
    llvm::sort(elements);
    elements.front() = 0;
    elements.back() = limit;
  }
}

static Expected<std::vector<Array>> makeRandom(func::FuncOp entry,
                                               const InputOptions &options) {
  ShapeSolver solver(entry);
  for (StringRef shape : options.shapes)
    if (Error error = solver.addShape(shape))
      return error;
  // N fills what the others leave open.
  std::vector<std::string> sizes = options.sizes;
  std::stable_partition(sizes.begin(), sizes.end(),
                        [](StringRef size) { return !size.starts_with("N="); });
  for (StringRef size : sizes)
    if (Error error = solver.addSize(size))
      return error;
  Expected<std::vector<Shape>> shapes = solver.take();
  if (!shapes)
    return shapes.takeError();
  std::vector<Array> arrays;
  for (auto [argument, shape] : enumerate(*shapes)) {
    attn_type type = *elementTypeOf(typeOfArgument(entry, argument));
    Expected<Array> array = Array::create(type, shape);
    if (!array)
      return array.takeError();
    arrays.push_back(std::move(*array));
  }
  fillRandom(arrays, *options.seed);
  fillTables(entry, arrays, *options.seed);
  return arrays;
}

Expected<std::vector<Array>> makeInputs(func::FuncOp entry,
                                        const InputOptions &options) {
  bool hasFiles = !options.files.empty();
  if (hasFiles && options.seed)
    return createStringError("expected --in or --random, got both");
  if (!options.seed && !(options.sizes.empty() && options.shapes.empty()))
    return createStringError(
        "expected --random with --size and --shape, got them alone");
  if (options.seed)
    return makeRandom(entry, options);
  if (!hasFiles && entry.getNumArguments())
    return createStringError("expected --in=FILE for each of the " +
                             Twine(entry.getNumArguments()) +
                             " arguments of '" + entry.getName() +
                             "', or --random=SEED, got neither");
  return readInputs(entry, options.files);
}

} // namespace attnrun
