//===- AttnOps.cpp - custom assembly and generated definitions ------------===//

#include "dialect/AttnOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::attn;

//===----------------------------------------------------------------------===//
// Masks: lists of `name = value`, in any order
//===----------------------------------------------------------------------===//

using ParseValue = function_ref<ParseResult(StringRef name)>;

/// Parses the parameter whose name was just read.
static ParseResult parseParameter(OpAsmParser &parser, SMLoc loc,
                                  StringRef name, ArrayRef<StringRef> names,
                                  SmallVectorImpl<StringRef> &seen,
                                  ParseValue parseValue) {
  if (!llvm::is_contained(names, name))
    return parser.emitError(loc)
           << "expected one of " << llvm::join(names, ", ") << ", got '" << name
           << "'";
  if (llvm::is_contained(seen, name))
    return parser.emitError(loc) << "expected '" << name << "' once, got it "
                                 << "again";
  seen.push_back(name);
  return failure(parser.parseEqual() || parseValue(name));
}

/// Parses parameters up to the first that no comma follows.
static ParseResult parseParameters(OpAsmParser &parser,
                                   ArrayRef<StringRef> names,
                                   ParseValue parseValue,
                                   SmallVectorImpl<StringRef> &seen) {
  do {
    SMLoc loc = parser.getCurrentLocation();
    StringRef name;
    if (parser.parseKeyword(&name) ||
        parseParameter(parser, loc, name, names, seen, parseValue))
      return failure();
  } while (succeeded(parser.parseOptionalComma()));
  return success();
}

static ParseResult parseWindowBounds(OpAsmParser &parser, IntegerAttr &left,
                                     IntegerAttr &right) {
  static constexpr StringRef names[] = {"left", "right"};
  auto parseBound = [&](StringRef name) -> ParseResult {
    int64_t value;
    if (parser.parseInteger(value))
      return failure();
    (name == "left" ? left : right) =
        parser.getBuilder().getI64IntegerAttr(value);
    return success();
  };
  SMLoc loc = parser.getCurrentLocation();
  StringRef first;
  SmallVector<StringRef> seen;
  // Without bounds, the next word belongs to the next op.
  if (failed(parser.parseOptionalKeyword(&first, names)))
    return success();
  if (parseParameter(parser, loc, first, names, seen, parseBound))
    return failure();
  return succeeded(parser.parseOptionalComma())
             ? parseParameters(parser, names, parseBound, seen)
             : success();
}

static void printWindowBounds(OpAsmPrinter &p, Operation *, IntegerAttr left,
                              IntegerAttr right) {
  if (left)
    p << " left = " << left.getInt();
  if (left && right)
    p << ",";
  if (right)
    p << " right = " << right.getInt();
}

static ParseResult
parseNeighborhood(OpAsmParser &parser, DenseI64ArrayAttr &layout,
                  DenseI64ArrayAttr &window, DenseI64ArrayAttr &stride,
                  DenseI64ArrayAttr &dilation, DenseBoolArrayAttr &causal,
                  BoundaryAttr &boundary) {
  static constexpr StringRef names[] = {"layout",   "window", "stride",
                                        "dilation", "causal", "boundary"};
  auto parseArray = [&](auto &array) -> ParseResult {
    using Array = std::remove_reference_t<decltype(array)>;
    array = dyn_cast_if_present<Array>(Array::parse(parser, Type()));
    return success(bool(array));
  };
  auto parseValue = [&](StringRef name) -> ParseResult {
    if (name == "layout")
      return parseArray(layout);
    if (name == "window")
      return parseArray(window);
    if (name == "stride")
      return parseArray(stride);
    if (name == "dilation")
      return parseArray(dilation);
    if (name == "causal")
      return parseArray(causal);
    FailureOr<Boundary> value = FieldParser<Boundary>::parse(parser);
    if (failed(value))
      return failure();
    boundary = BoundaryAttr::get(parser.getContext(), *value);
    return success();
  };
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<StringRef> seen;
  if (parseParameters(parser, names, parseValue, seen))
    return failure();
  for (StringRef required : {"layout", "window"})
    if (!llvm::is_contained(seen, required))
      return parser.emitError(loc) << "expected '" << required << "', got none";
  return success();
}

static void
printNeighborhood(OpAsmPrinter &p, Operation *, DenseI64ArrayAttr layout,
                  DenseI64ArrayAttr window, DenseI64ArrayAttr stride,
                  DenseI64ArrayAttr dilation, DenseBoolArrayAttr causal,
                  BoundaryAttr boundary) {
  p << "layout = ";
  layout.print(p);
  p << ", window = ";
  window.print(p);
  if (stride) {
    p << ", stride = ";
    stride.print(p);
  }
  if (dilation) {
    p << ", dilation = ";
    dilation.print(p);
  }
  if (causal) {
    p << ", causal = ";
    causal.print(p);
  }
  if (boundary)
    p << ", boundary = " << stringifyBoundary(boundary.getValue());
}

//===----------------------------------------------------------------------===//
// Attention: the types of the tensors, without those of masks
//===----------------------------------------------------------------------===//

static ParseResult parseAttentionTypes(OpAsmParser &parser, Type &q, Type &k,
                                       Type &v, Type &o, Type &lse) {
  SMLoc loc = parser.getCurrentLocation();
  FunctionType type;
  if (parser.parseType(type))
    return failure();
  if (type.getNumInputs() != 3)
    return parser.emitError(loc) << "expected the types of q, k and v, got "
                                 << type.getNumInputs() << " types";
  if (type.getNumResults() != 1 && type.getNumResults() != 2)
    return parser.emitError(loc)
           << "expected one or two result types, got " << type.getNumResults();
  q = type.getInput(0);
  k = type.getInput(1);
  v = type.getInput(2);
  o = type.getResult(0);
  if (type.getNumResults() == 2)
    lse = type.getResult(1);
  return success();
}

static void printAttentionTypes(OpAsmPrinter &p, Operation *op, Type q, Type k,
                                Type v, Type, Type) {
  p.printFunctionalType(TypeRange({q, k, v}), op->getResultTypes());
}

#define GET_OP_CLASSES
#include "dialect/AttnOps.cpp.inc"
