//===- Inputs.cpp - the arguments of the entry function -------------------===//

#include "tools/attn-run/Inputs.h"

#include "tools/attn-run/Npy.h"
#include "tools/attn-run/Shapes.h"
#include "tools/attn-run/Spec.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <random>

using namespace llvm;
using namespace mlir;
using mlir::attn::AttentionOp;

namespace attnrun {

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static Error checkInput(func::FuncOp entry, unsigned argument,
                        const Array &array) {
  Shape open = openShape(typeOfArgument(entry, argument));
  attn_type expected = *elementTypeOf(entry.getArgument(argument));
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
    if (isNumber(entry, argument) && array->shape().empty())
      array->reshape({1});
    if (Error error = checkInput(entry, argument, *array))
      return createStringError("'" + file + "': " + toString(std::move(error)));
    arrays.push_back(std::move(*array));
  }
  return arrays;
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

/// Slopes fall: with those that rise, scores grow beyond what f32 is exact for.
static void makeSlopesPositive(func::FuncOp entry,
                               MutableArrayRef<Array> arrays) {
  for (auto [argument, array] : enumerate(arrays))
    if (any_of(entry.getArgument(argument).getUsers(), [](mlir::Operation *op) {
          return isa<mlir::attn::AlibiOp>(op);
        }))
      for (int64_t i = 0; i < array.numElements(); ++i) {
        double slope;
        array.load(i, slope);
        array.store(i, std::fabs(float(slope)));
      }
}

/// Tables that a kernel takes: offsets in random places, other elements in
/// their range, numbers up to the keys; flags of which one in eight is set.
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
      if (table.limit.empty() && !isNumber(entry, argument))
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

Expected<std::vector<GivenNumber>> readNumbers(func::FuncOp entry,
                                               ArrayRef<std::string> texts) {
  std::vector<GivenNumber> given;
  for (StringRef text : texts) {
    auto [argument, value] = text.split(':');
    GivenNumber number;
    if (argument.getAsInteger(10, number.first) || value.empty() ||
        !to_float(value, number.second))
      return createStringError("expected --number=ARG:VALUE, such as "
                               "--number=3:1024, got '" +
                               text + "'");
    if (number.first >= entry.getNumArguments() ||
        !isNumber(entry, number.first))
      return createStringError("expected --number for an argument of '" +
                               entry.getName() + "' that is a number, got " +
                               argument);
    int32_t integer;
    if (*elementTypeOf(entry.getArgument(number.first)) == ATTN_I32 &&
        value.getAsInteger(10, integer))
      return createStringError("expected an integer of 32 bits for argument " +
                               argument + ", got " + value);
    given.push_back(number);
  }
  return given;
}

static Expected<std::vector<Array>> makeRandom(func::FuncOp entry,
                                               const InputOptions &options) {
  ShapeSolver solver(entry);
  if (Error error = solver.add(options.shapes, options.sizes))
    return error;
  auto numbers = readNumbers(entry, options.numbers);
  if (!numbers)
    return numbers.takeError();
  Expected<std::vector<Shape>> shapes = solver.take();
  if (!shapes)
    return shapes.takeError();
  std::vector<Array> arrays;
  for (auto [argument, shape] : enumerate(*shapes)) {
    attn_type type = *elementTypeOf(entry.getArgument(argument));
    Expected<Array> array = Array::create(type, shape);
    if (!array)
      return array.takeError();
    arrays.push_back(std::move(*array));
  }
  fillRandom(arrays, *options.seed);
  fillTables(entry, arrays, *options.seed);
  makeSlopesPositive(entry, arrays);
  for (auto [argument, value] : *numbers)
    if (Array &array = arrays[argument]; array.type() == ATTN_I32)
      array.integers32()[0] = int32_t(value);
    else
      array.store(0, float(value));
  return arrays;
}

Expected<std::vector<Array>> makeInputs(func::FuncOp entry,
                                        const InputOptions &options) {
  bool hasFiles = !options.files.empty();
  if (hasFiles && options.seed)
    return createStringError("expected --in or --random, got both");
  if (!options.seed && !(options.sizes.empty() && options.shapes.empty() &&
                         options.numbers.empty()))
    return createStringError("expected --random with --size, --shape and "
                             "--number, got them alone");
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
